"""Moving money: transfers on rails, their calendar, and the simulated bank. Knows only "subject"."""

-- What payments show, lists can be filtered by: the clearing account of online ones, and whether they travel faster.
UPDATE payments SET chart_of_account_id = (
    SELECT c.id FROM classifications c
    WHERE c.organization_id = payments.organization_id AND c.role = 'money_out_clearing'
    ORDER BY c.ordinal LIMIT 1
) WHERE online = TRUE;
UPDATE payments SET pay_faster = (
    COALESCE(pay_faster, FALSE) OR check_delivery_type IN ('UPS_1DAY', 'UPS_2DAY', 'UPS_3DAY')
);

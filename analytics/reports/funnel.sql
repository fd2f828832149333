WITH
e AS (
    SELECT coalesce(sum(CASE WHEN first THEN n ELSE 0 END), 0) AS accepted,
           coalesce(sum(CASE WHEN {handed} THEN n ELSE 0 END), 0) AS sent,
           coalesce(sum(CASE WHEN kind = 'delivered' THEN n ELSE 0 END), 0) AS delivered
    FROM {events} AS e WHERE n > 0 {filters}
),
r AS (
    SELECT count(DISTINCT message_id) AS engaged FROM {rows} AS r
    WHERE kind IN ('read', 'opened', 'clicked') {filters}
)
SELECT 'accepted' AS stage, accepted AS messages, accepted FROM e
UNION ALL SELECT 'sent', sent, accepted FROM e
UNION ALL SELECT 'delivered', delivered, accepted FROM e
UNION ALL SELECT 'read', engaged, accepted FROM e, r

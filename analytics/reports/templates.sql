WITH
m AS (
    SELECT template,
           sum(CASE WHEN first THEN n ELSE 0 END) AS messages,
           sum(CASE WHEN kind = 'delivered' THEN n ELSE 0 END) AS delivered,
           sum(CASE WHEN kind = 'failed' THEN n ELSE 0 END) AS failed
    FROM {events} AS e
    WHERE (first OR kind IN ('delivered', 'failed')) AND template <> '' {filters}
    GROUP BY template
),
o AS (
    SELECT template,
           count(DISTINCT CASE WHEN kind = 'opened' THEN message_id END) AS opened,
           count(DISTINCT CASE WHEN kind = 'clicked' THEN message_id END) AS clicked
    FROM {rows} AS r
    WHERE kind IN ('opened', 'clicked') AND template <> '' {filters}
    GROUP BY template
)
SELECT m.template, m.messages, m.delivered, m.failed, coalesce(o.opened, 0) AS opened, coalesce(o.clicked, 0) AS clicked
FROM m LEFT JOIN o ON o.template = m.template

WITH
d AS (
    SELECT {group} AS name, sum(n) AS delivered FROM {events} AS e WHERE kind = 'delivered' {filters} GROUP BY 1
),
o AS (
    SELECT {group} AS name,
           count(DISTINCT CASE WHEN kind = 'seen' THEN message_id END) AS seen,
           count(DISTINCT CASE WHEN kind = 'read' THEN message_id END) AS reads,
           count(DISTINCT CASE WHEN kind = 'opened' THEN message_id END) AS opened,
           count(DISTINCT CASE WHEN kind = 'clicked' THEN message_id END) AS clicked
    FROM {rows} AS r
    WHERE kind IN ('seen', 'read', 'opened', 'clicked') {filters}
    GROUP BY 1
),
g AS (SELECT name FROM d UNION SELECT name FROM o)
SELECT g.name, coalesce(d.delivered, 0) AS delivered, coalesce(o.seen, 0) AS seen, coalesce(o.reads, 0) AS reads,
       coalesce(o.opened, 0) AS opened, coalesce(o.clicked, 0) AS clicked
FROM g LEFT JOIN d ON d.name = g.name LEFT JOIN o ON o.name = g.name

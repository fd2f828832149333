WITH
m AS (
    SELECT {group} AS name,
           sum(CASE WHEN first AND status <> 'skipped' THEN n ELSE 0 END) AS messages,
           sum(CASE WHEN reason = 'opted_out' AND kind = 'skipped' THEN n ELSE 0 END) AS opted_out
    FROM {events} AS e
    WHERE (first OR kind = 'skipped') {filters}
    GROUP BY 1
),
o AS (
    SELECT {group} AS name,
           count(DISTINCT CASE WHEN kind = 'unsubscribed' THEN message_id END) AS unsubscribed,
           count(DISTINCT CASE WHEN kind = 'complained' THEN message_id END) AS complained
    FROM {rows} AS r
    WHERE kind IN ('unsubscribed', 'complained') {filters}
    GROUP BY 1
),
g AS (SELECT name FROM m UNION SELECT name FROM o)
SELECT g.name, coalesce(m.messages, 0) AS messages, coalesce(o.unsubscribed, 0) AS unsubscribed,
       coalesce(o.complained, 0) AS complained, coalesce(m.opted_out, 0) AS opted_out
FROM g LEFT JOIN m ON m.name = g.name LEFT JOIN o ON o.name = g.name

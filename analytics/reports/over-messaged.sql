SELECT recipient,
       sum(CASE WHEN status <> 'skipped' THEN n ELSE 0 END) AS messages,
       count(DISTINCT CASE WHEN status <> 'skipped' THEN channel END) AS channels,
       sum(CASE WHEN reason = 'frequency_capped' THEN n ELSE 0 END) AS capped
FROM {rows} AS e
WHERE first AND recipient <> '' {filters}
GROUP BY recipient
ORDER BY 2 DESC, recipient{binary}
LIMIT {limit}

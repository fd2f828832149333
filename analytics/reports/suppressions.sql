SELECT {bucket} AS slot, {group} AS name, count(*) AS addresses
FROM (SELECT created_at AS at, reason, channel FROM suppressions) AS s
WHERE at >= {from} AND at < {to} {filters}
GROUP BY 1, 2

package analytics

import (
	"fmt"
	"os"
	"strings"
)

// fill puts what differs by house into a statement.
func (c Config) fill(text, set string) string {
	replicated, window, local := "", "non_replicated_deduplication_window", ""
	if c.Cluster != "" {
		replicated, window, local = "Replicated", "replicated_deduplication_window", "_local"
	}
	return os.Expand(text, func(name string) string {
		return map[string]string{
			"set": set, "local": local, "cluster": quoted(c.Cluster), "on_cluster": onCluster(c.Cluster),
			"merge_tree": replicated + "MergeTree", "summing_merge_tree": replicated + "SummingMergeTree",
			"deduplicate": window + " = 1000",
			"ttl_events":  ttl("at", c.KeepEvents), "ttl_minutes": ttl("bucket", c.KeepMinutes), "ttl_hours": ttl("bucket", c.KeepHours),
		}[name]
	})
}

func onCluster(name string) string {
	if name == "" {
		return ""
	}
	return " ON CLUSTER " + quoted(name)
}

func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

func ttl(column string, days int) string {
	if days == 0 {
		return ""
	}
	return fmt.Sprintf("TTL %s", ttlRule(column, days))
}

func ttlRule(column string, days int) string {
	return fmt.Sprintf("toDateTime(%s) + toIntervalDay(%d)", column, days)
}

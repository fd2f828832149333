package queue

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestSentinelURLs(t *testing.T) {
	t.Parallel()
	opt, err := parseSentinel("redis-sentinel://app:p%40ss@a:26379,b,[::1]:26380/3?master=main&sentinel_password=s")
	require.NoError(t, err)
	require.Equal(t, []string{"a:26379", "b:26379", "[::1]:26380"}, opt.SentinelAddrs)
	require.Equal(t, "main", opt.MasterName)
	require.Equal(t, 3, opt.DB)
	require.Equal(t, "app", opt.Username)
	require.Equal(t, "p@ss", opt.Password)
	require.Equal(t, "s", opt.SentinelPassword)
	require.Nil(t, opt.TLSConfig)
	secure, err := parseSentinel("rediss-sentinel://a/?master=main")
	require.NoError(t, err)
	require.NotNil(t, secure.TLSConfig)
}

func TestClusterURLs(t *testing.T) {
	t.Parallel()
	opt, err := parseCluster("rediss-cluster://:secret@a:7000,b:7001,c")
	require.NoError(t, err)
	require.Equal(t, []string{"a:7000", "b:7001", "c:6379"}, opt.Addrs)
	require.Equal(t, "secret", opt.Password)
	require.NotNil(t, opt.TLSConfig)
}

func TestEachSchemeGivesItsClient(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]redis.UniversalClient{
		"redis://localhost:6379/2":               &redis.Client{},
		"rediss://u:p@localhost:6379":            &redis.Client{},
		"unix:///run/redis.sock?db=1":            &redis.Client{},
		"redis-sentinel://a:1,b:2/0?master=main": &redis.Client{},
		"redis-cluster://a:1,b:2":                &redis.ClusterClient{},
	} {
		t.Run(url, func(t *testing.T) {
			t.Parallel()
			dial, err := parseURL(url)
			require.NoError(t, err)
			client := dial()
			require.IsType(t, want, client)
			require.NoError(t, client.Close())
		})
	}
}

func TestAURLThatCannotBeReadIsRefusedWithoutThePassword(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"no scheme":            "hunter2@localhost:6379",
		"unknown scheme":       "http://:hunter2@localhost",
		"unescaped slash":      "redis://:hunter2/x@localhost:6379",
		"bad escape":           "redis://:hunter2%zz@localhost:6379",
		"bad database":         "redis://:hunter2@localhost/hunter2",
		"sentinel, no master":  "redis-sentinel://:hunter2@a,b/0",
		"sentinel, bad db":     "redis-sentinel://:hunter2@a/x?master=m",
		"sentinel, bad port":   "redis-sentinel://:hunter2@a:port?master=m",
		"sentinel, bad escape": "redis-sentinel://:hunter2%zz@a?master=m",
		"sentinel, empty host": "redis-sentinel://:hunter2@a,,b?master=m",
		"sentinel, raw slash":  "redis-sentinel://:hunter2/x@a?master=m",
		"cluster, database":    "redis-cluster://:hunter2@a/1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseURL(url)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestAQueueWorksOnACluster(t *testing.T) {
	t.Parallel()
	node := startNode(t)
	client := redis.NewClient(&redis.Options{Addr: node.addr})
	defer func() { _ = client.Close() }()
	require.NoError(t, client.ClusterAddSlotsRange(t.Context(), 0, 16383).Err())
	require.Eventually(t, func() bool {
		return strings.Contains(client.ClusterInfo(t.Context()).Val(), "cluster_state:ok")
	}, patience, 10*time.Millisecond)
	q := openQueue(t, Config{URL: "redis-cluster://" + node.addr}, nil)
	require.IsType(t, &redis.ClusterClient{}, q.Client())
	var l ledger
	running(t, q, l.handlers())
	for _, p := range notify.Priorities {
		require.NoError(t, q.EnqueueDeliver(t.Context(), p, notify.SMS, idList(200)))
	}
	require.Eventually(t, func() bool { return l.total() == 600 }, patience, time.Millisecond)
	require.Len(t, l.seen, 600)
	_, err := q.Depths(t.Context())
	require.NoError(t, err)
	_, err = q.Epoch(t.Context())
	require.NoError(t, err)
	granted, _, err := q.Lease(t.Context(), "int_1", 1000, 5)
	require.NoError(t, err)
	require.Equal(t, 5, granted)
	require.NoError(t, client.ConfigSet(t.Context(), "maxmemory-policy", "allkeys-lfu").Err())
	_, err = Open(t.Context(), Config{URL: "redis-cluster://" + node.addr})
	require.ErrorContains(t, err, "maxmemory-policy allkeys-lfu", "every node is looked at")
}

func TestAQueueFindsItsRedisThroughASentinel(t *testing.T) {
	t.Parallel()
	sentinel := startSentinel(t, startRedis(t))
	q := openQueue(t, Config{URL: "redis-sentinel://" + sentinel.addr + "/2?master=main"}, nil)
	var l ledger
	running(t, q, l.handlers())
	require.NoError(t, q.EnqueueDispatch(t.Context(), notify.High, idList(1)))
	require.Eventually(t, func() bool { return l.total() == 1 }, patience, time.Millisecond)
}

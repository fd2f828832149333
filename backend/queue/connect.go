package queue

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// dialer makes a client; each call makes one with a pool of its own.
type dialer func() redis.UniversalClient

// parseURL reads a queue URL. Its errors never quote the URL, which holds a
// password.
func parseURL(raw string) (dialer, error) {
	scheme, _, found := strings.Cut(raw, "://")
	if !found {
		return nil, errors.New("queue URL: no scheme; use redis://, rediss://, unix://, redis-sentinel:// or redis-cluster://")
	}
	switch scheme {
	case "redis", "rediss", "unix":
		opt, err := redis.ParseURL(raw)
		if err != nil {
			return nil, fmt.Errorf("queue URL with scheme %s cannot be read; is the password percent-encoded?", scheme)
		}
		return func() redis.UniversalClient { return redis.NewClient(opt) }, nil
	case "redis-sentinel", "rediss-sentinel":
		opt, err := parseSentinel(raw)
		if err != nil {
			return nil, err
		}
		return func() redis.UniversalClient { return redis.NewFailoverClient(opt) }, nil
	case "redis-cluster", "rediss-cluster":
		opt, err := parseCluster(raw)
		if err != nil {
			return nil, err
		}
		return func() redis.UniversalClient { return redis.NewClusterClient(opt) }, nil
	}
	return nil, fmt.Errorf("queue URL: unknown scheme %q; use redis, rediss, unix, redis-sentinel or redis-cluster", scheme)
}

// parseSentinel reads redis-sentinel://user:pass@host1,host2/db?master=name.
// User and password are those of Redis itself; Sentinels that want their own
// take sentinel_username and sentinel_password.
func parseSentinel(raw string) (*redis.FailoverOptions, error) {
	u, hosts, err := splitHosts(raw, "26379")
	if err != nil {
		return nil, err
	}
	query := u.Query()
	opt := &redis.FailoverOptions{
		MasterName:       query.Get("master"),
		SentinelAddrs:    hosts,
		SentinelUsername: query.Get("sentinel_username"),
		SentinelPassword: query.Get("sentinel_password"),
		TLSConfig:        tlsFor(u.Scheme),
	}
	opt.Username, opt.Password = credentials(u)
	if opt.MasterName == "" {
		return nil, errors.New("queue URL: redis-sentinel needs ?master=name")
	}
	if db := strings.Trim(u.Path, "/"); db != "" {
		if opt.DB, err = strconv.Atoi(db); err != nil || opt.DB < 0 {
			return nil, errors.New("queue URL: the path after the Sentinels must be a database number")
		}
	}
	return opt, nil
}

// parseCluster reads redis-cluster://user:pass@host1,host2. A cluster has only
// database 0.
func parseCluster(raw string) (*redis.ClusterOptions, error) {
	u, hosts, err := splitHosts(raw, "6379")
	if err != nil {
		return nil, err
	}
	if strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("queue URL: a cluster has no database numbers; leave the path empty")
	}
	opt := &redis.ClusterOptions{Addrs: hosts, TLSConfig: tlsFor(u.Scheme)}
	opt.Username, opt.Password = credentials(u)
	return opt, nil
}

// splitHosts takes the list of hosts out of raw, which net/url would refuse,
// and parses the rest.
func splitHosts(raw, port string) (*url.URL, []string, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, tail := rest[:end], rest[end:]
	user, list := "", authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, list = authority[:at+1], authority[at+1:]
	}
	u, err := url.Parse(scheme + "://" + user + "hosts" + tail)
	if err != nil {
		return nil, nil, fmt.Errorf("queue URL with scheme %s cannot be read; is the password percent-encoded?", scheme)
	}
	var hosts []string
	for _, host := range strings.Split(list, ",") {
		h, p, err := net.SplitHostPort(host)
		if err != nil {
			h, p = strings.Trim(host, "[]"), port
		}
		if h == "" {
			return nil, nil, errors.New("queue URL: a host in the list is empty")
		}
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return nil, nil, errors.New("queue URL: a port in the list is not a number from 1 to 65535")
		}
		hosts = append(hosts, net.JoinHostPort(h, p))
	}
	return u, hosts, nil
}

func credentials(u *url.URL) (user, password string) {
	password, _ = u.User.Password()
	return u.User.Username(), password
}

// tlsFor leaves ServerName empty: every node is checked under its own name.
func tlsFor(scheme string) *tls.Config {
	if !strings.HasPrefix(scheme, "rediss") {
		return nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12}
}

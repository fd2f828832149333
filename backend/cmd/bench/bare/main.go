// Command bare is what Clarion is compared with while it has nothing to do: a
// Fiber that answers one path and an Asynq server with its own defaults, on a
// Redis beside it. It may import nothing of ours.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/gofiber/fiber/v2"
	"github.com/hibiken/asynq"
)

func main() {
	if len(os.Args) != 3 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: bare LISTEN REDIS_URL")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

// run serves until the process is ended.
func run(listen, redis string) error {
	where, err := asynq.ParseRedisURI(redis)
	if err != nil {
		return fmt.Errorf("read the address of Redis: %w", err)
	}
	tasks := asynq.NewServer(where, asynq.Config{LogLevel: asynq.FatalLevel})
	if err := tasks.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { return nil })); err != nil {
		return fmt.Errorf("start Asynq: %w", err)
	}
	door := fiber.New(fiber.Config{DisableStartupMessage: true})
	door.Get("/readyz", func(c *fiber.Ctx) error { return c.SendString("ok") })
	return door.Listen(listen)
}

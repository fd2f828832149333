package queue

import (
	"context"
	"fmt"
	"log/slog"
)

// asynqLog turns what Asynq says, warnings and up, into records.
type asynqLog struct{ log *slog.Logger }

// Debug is below what we ask Asynq for.
func (l asynqLog) Debug(args ...any) { l.log.Debug("asynq", "said", fmt.Sprint(args...)) }

// Info is below what we ask Asynq for.
func (l asynqLog) Info(args ...any) { l.log.Info("asynq", "said", fmt.Sprint(args...)) }

// Warn records a warning.
func (l asynqLog) Warn(args ...any) { l.log.Warn("asynq", "said", fmt.Sprint(args...)) }

// Error records an error, a recovered panic among them.
func (l asynqLog) Error(args ...any) { l.log.Error("asynq", "said", fmt.Sprint(args...)) }

// Fatal records an error and lives on: only cmd may end the process, and Asynq
// says this only in functions we do not call.
func (l asynqLog) Fatal(args ...any) { l.log.Error("asynq", "said", fmt.Sprint(args...)) }

// redisLog turns what go-redis says into records. It has one logger for the
// whole process: that of the Queue opened last.
type redisLog struct{ log *slog.Logger }

// Printf records one line.
func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.InfoContext(ctx, "redis", "said", fmt.Sprintf(format, args...))
}

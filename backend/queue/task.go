package queue

import (
	"errors"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// The kinds of task, as Asynq's task types.
const (
	kindDispatch = "dispatch"
	kindDeliver  = "deliver"
	kindResume   = "resume"
	kindSaga     = "saga"
)

// A payload is text, one field per line:
//
//	1            version
//	email        channel; the empty line for the others
//	msg_0190…    ids, one per line, at least one
//
// A reader that meets another version puts the task back: during an upgrade a
// newer process will take it.
const payloadVersion = "1"

// errVersion is a payload of another version of Clarion.
var errVersion = errors.New("payload of another version, put back")

// The most ids one task carries. Urgent chunks are small so that the last id
// of one does not wait for all before it.
const (
	maxChunk     = 128
	maxHighChunk = 16
)

func chunkSize(p notify.Priority) int {
	if p == notify.High {
		return maxHighChunk
	}
	return maxChunk
}

func encode(ch notify.Channel, ids []string) ([]byte, error) {
	size := len(payloadVersion) + len(ch) + 2
	for _, id := range ids {
		if id == "" || strings.ContainsRune(id, '\n') {
			return nil, fmt.Errorf("id %q cannot be queued", id)
		}
		size += len(id) + 1
	}
	b := make([]byte, 0, size)
	b = append(b, payloadVersion...)
	b = append(b, '\n')
	b = append(b, ch...)
	for _, id := range ids {
		b = append(b, '\n')
		b = append(b, id...)
	}
	return b, nil
}

func decode(payload []byte) (notify.Channel, []string, error) {
	lines := strings.Split(string(payload), "\n")
	if lines[0] != payloadVersion {
		return "", nil, fmt.Errorf("version %.16q: %w", lines[0], errVersion)
	}
	if len(lines) < 3 {
		return "", nil, errors.New("payload without ids")
	}
	return notify.Channel(lines[1]), lines[2:], nil
}

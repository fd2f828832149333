package dingtalkwork

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"clarion/backend/sandbox/wire"
)

// maxTasks bounds how many tasks are remembered; DingTalk itself forgets after a
// day.
const maxTasks = 10_000

// results are the tasks that can be asked about. It may be used from many
// goroutines.
type results struct {
	mu    sync.Mutex
	of    map[int64]string
	order []int64
}

func (r *results) keep(task int64, person string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of[task] = person
	r.order = append(r.order, task)
	if len(r.order) > maxTasks {
		delete(r.of, r.order[0])
		r.order = r.order[1:]
	}
}

func (r *results) find(task int64) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	person, known := r.of[task]
	return person, known
}

// magic are people whose notifications end otherwise than unread.
var magic = map[string]string{
	"reader": "read_user_id_list", "left": "invalid_user_id_list", "again": "forbidden_user_id_list", "offline": "failed_user_id_list",
}

// readResult takes the question what became of a task. Everybody got it and has
// not read it, but for the magic people; what is not known was sent before the
// box was opened, and has no result.
func (v desk) readResult(r *http.Request, body []byte) wire.Call {
	var asked struct {
		Agent int64 `json:"agent_id"`
		Task  int64 `json:"task_id"`
	}
	c := wire.Call{}
	if a := v.checkToken(r); a != nil {
		return c.Refused(*a)
	}
	switch {
	case json.Unmarshal(body, &asked) != nil:
		return c.Refused(*fault(40035, "invalid json"))
	case v.box.Credentials != nil && strconv.FormatInt(asked.Agent, 10) != v.box.Credentials["agent_id"]:
		return c.Refused(*inner("60011", "no permission for this agentid"))
	}
	said := map[string][]string{
		"invalid_user_id_list": {}, "forbidden_user_id_list": {}, "failed_user_id_list": {}, "read_user_id_list": {}, "unread_user_id_list": {},
	}
	if person, known := v.tasks.find(asked.Task); known {
		list := magic[person]
		if list == "" {
			list = "unread_user_id_list"
		}
		said[list] = []string{person}
	}
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "send_result": said, "request_id": "sandbox"})
	return c
}

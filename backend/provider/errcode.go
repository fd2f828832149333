package provider

import (
	"fmt"
	"net/http"
	"strconv"

	"clarion/backend/notify"
)

// Errcode is how the vendors of WeChat's kind say how a call went: the status is
// 200 whatever happened, and zero is yes.
type Errcode struct {
	Code *int   `json:"errcode"`
	Text string `json:"errmsg"`
}

// Yes reports whether the answer is the vendor's yes, and reads it into v.
func (a Answer) Yes(v any) bool {
	var said Errcode
	return a.Status == http.StatusOK && a.JSON(&said) && said.Code != nil && *said.Code == 0 && a.JSON(v)
}

// ByErrcode judges an answer that is not the yes the caller looked for. A code
// without a class is a refusal all the same: trying again would not help.
func (a Answer) ByErrcode(classes map[int]notify.Outcome) notify.Result {
	var said Errcode
	if a.Status != http.StatusOK || !a.JSON(&said) || said.Code == nil || *said.Code == 0 {
		return a.ByStatus()
	}
	class, known := classes[*said.Code]
	if !known {
		class = notify.ContentRejected
	}
	return notify.Result{Outcome: class, Code: strconv.Itoa(*said.Code), Detail: fmt.Sprintf("The vendor answered %d: %s", *said.Code, said.Text)}
}

// Classes turns lists of codes into a map.
func Classes(lists map[notify.Outcome][]int) map[int]notify.Outcome {
	out := map[int]notify.Outcome{}
	for class, codes := range lists {
		for _, code := range codes {
			out[code] = class
		}
	}
	return out
}

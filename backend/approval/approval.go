// Package approval is the review that content passes on its way to people:
// draft, in review, approved, live, retired. It knows what was submitted, who
// decided and on exactly which words, but nothing of templates or workflows:
// they are subjects behind a port. It does no input or output of its own.
package approval

import (
	"encoding/json"
	"time"
)

// Kind is what is under review.
type Kind string

// The kinds under review.
const (
	Template Kind = "template"
	Workflow Kind = "workflow"
	Layout   Kind = "layout"
	Partial  Kind = "partial"
	// Broadcast is decided at a desk of its own; see Elsewhere.
	Broadcast Kind = "broadcast"
)

// Kinds is the closed list, in the order the pages show it.
var Kinds = []Kind{Template, Workflow, Layout, Partial, Broadcast}

// State is where an approval stands.
type State string

// The states of an approval. Only Waiting can still be decided.
const (
	Waiting   State = "waiting"
	Approved  State = "approved"
	Rejected  State = "rejected"
	Voided    State = "voided" // the version was edited after it was submitted
	Withdrawn State = "withdrawn"
)

// States is the closed list.
var States = []State{Waiting, Approved, Rejected, Voided, Withdrawn}

// Stage is where a version stands on its way.
type Stage string

// The stages of a version. At most one version of a key is a draft, in review
// or approved; Live is the published one that is used, Retired any other
// published one.
const (
	Draft         Stage = "draft"
	InReview      Stage = "in_review"
	StageApproved Stage = "approved"
	Live          Stage = "live"
	Retired       Stage = "retired"
	Discarded     Stage = "discarded"
)

// Approval is one request to let a version go live, and what became of it.
type Approval struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Key     string `json:"key"`
	Version int    `json:"version"`
	// Base is the version it is compared with: what was live; zero for nothing.
	Base int `json:"base_version"`
	// Title is what people call the subject.
	Title string `json:"title"`
	Note  string `json:"note,omitempty"`
	// Hash is of exactly what will go live: as it was submitted, and once it is
	// approved as it was approved.
	Hash  string `json:"hash"`
	State State  `json:"state"`
	// Authors are all who edited the version; none of them may approve it.
	Authors     []string  `json:"authors"`
	SubmittedBy string    `json:"submitted_by"`
	SubmittedAt time.Time `json:"submitted_at"`
	DecidedBy   string    `json:"decided_by,omitempty"`
	DecidedAt   time.Time `json:"decided_at,omitzero"`
	PublishedAt time.Time `json:"published_at,omitzero"`
}

// Comment is one remark about an approval, or about one section of it. Comments
// are only ever added.
type Comment struct {
	ID       string    `json:"id"`
	Approval string    `json:"-"`
	Section  string    `json:"section,omitempty"`
	Body     string    `json:"body"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// Version is what is known of a version besides its words.
type Version struct {
	Version int   `json:"version"`
	Stage   Stage `json:"state"`
	// Revision counts the saves of a draft: it is the token of an edit.
	Revision    int       `json:"revision"`
	Editors     []string  `json:"editors"`
	CreatedBy   string    `json:"created_by"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedBy   string    `json:"updated_by"`
	UpdatedAt   time.Time `json:"updated_at"`
	PublishedBy string    `json:"published_by,omitempty"`
	PublishedAt time.Time `json:"published_at,omitzero"`
}

// Head is where a key stands: what is live, and the version that is open.
type Head struct {
	Kind Kind   `json:"-"`
	Key  string `json:"-"`
	// State is the stage of the open version, or else live or retired.
	State       Stage     `json:"state"`
	LiveVersion int       `json:"live_version"`
	RetiredAt   time.Time `json:"retired_at,omitzero"`
	Open        *Version  `json:"open"`
	// Approval is the newest one of the open version.
	Approval *Approval `json:"approval"`
}

// How a version went live, or stopped being.
type How string

// The ways of a head's pointer.
const (
	ByApproval    How = "approved"
	Pushed        How = "pushed" // by an API key that may publish: content as code
	WithoutReview How = "published_without_review"
	RolledBack    How = "rolled_back"
	WasRetired    How = "retired"
	WasUnretired  How = "unretired"
)

// Publication is one move of a head's pointer.
type Publication struct {
	ID         string    `json:"id"`
	Kind       Kind      `json:"-"`
	Key        string    `json:"-"`
	Version    int       `json:"version"`
	How        How       `json:"how"`
	Note       string    `json:"note,omitempty"`
	ApprovalID string    `json:"approval_id,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// Section is one part of a document that people read and comment on: the
// subject of an English email, a step, a schema. Path names it.
type Section struct {
	Path string
	Text string
}

// Pin is another subject's live version that goes out together with a document:
// the layout an email is set in.
type Pin struct {
	Kind    Kind   `json:"kind"`
	Key     string `json:"key"`
	Version int    `json:"version"`
}

// Snapshot is one version in full: exactly what people would get.
type Snapshot struct {
	Title    string
	Document json.RawMessage
	Sections []Section
	Pins     []Pin
	// Reach are the keys of the live templates that change with it at once. They
	// are not in the hash: they are not its words.
	Reach []string
}

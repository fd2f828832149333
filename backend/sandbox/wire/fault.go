package wire

// FaultKind is a way for a vendor to misbehave.
type FaultKind string

// The faults. README.md of the sandbox says what each means.
const (
	None               FaultKind = "none"
	Status             FaultKind = "status"
	RateLimit          FaultKind = "rate_limit"
	Hang               FaultKind = "hang"
	Reset              FaultKind = "reset"
	TimeoutAfterAccept FaultKind = "timeout_after_accept"
	BadJSON            FaultKind = "bad_json"
	Bounce             FaultKind = "bounce"
	Undelivered        FaultKind = "undelivered"
)

// Refusals in the vendor's own words, one for each class of outcome that it has
// words for; and a yes that is none.
const (
	InvalidRecipient FaultKind = "invalid_recipient"
	RecipientBlocked FaultKind = "recipient_blocked"
	ContentRejected  FaultKind = "content_rejected"
	AuthConfig       FaultKind = "auth_config"
	Temporary        FaultKind = "temporary"
	Partial          FaultKind = "partial_success"
	OKWithError      FaultKind = "ok_with_error"
)

// Answers that are not whole, or not what they look like.
const (
	NoID         FaultKind = "no_id"
	WrongType    FaultKind = "wrong_content_type"
	HangMidBody  FaultKind = "hang_mid_body"
	ResetMidBody FaultKind = "reset_mid_body"
	SlowBody     FaultKind = "slow_body"
	HugeBody     FaultKind = "huge_body"
	Redirect     FaultKind = "redirect"
)

// Words are a vendor's refusals by class.
type Words map[FaultKind]*Answer

// Worder is a Desk that has words for classes of outcomes.
type Worder interface {
	// Words are those that fit the call.
	Words(c *Call) Words
}

package notify

// DeliveryEvent is one row of message_events with what is known of its message,
// flat: the words of analytics. Times are in microseconds, those of a day since
// 1970 in UTC.
type DeliveryEvent struct {
	Seq             int64
	At              int64
	Kind            string
	First           bool
	MessageID       string
	NotificationID  string
	EventID         string
	TraceID         string
	Tenant          string
	Source          string
	Workflow        string
	Category        string
	Template        string
	TemplateVersion int
	Locale          string
	Channel         string
	Provider        string
	Integration     string
	Priority        string
	Critical        bool
	Broadcast       string
	// Recipient is empty once the person was erased.
	Recipient string
	// Status is the kind where that is a status.
	Status string
	Reason string
	// ErrorClass is the outcome class of the attempt; receipt when the vendor took
	// the message and said later that it failed.
	ErrorClass string
	ErrorCode  string
	Attempt    int
	// LatencyUS is the time since the event was accepted; QueueUS, on the row of a
	// vendor's yes, that from the message's creation to the first call.
	LatencyUS int64
	QueueUS   int64
	SizeBytes int64
	Parts     int
	// CostMicros is the estimate, on the row of a vendor's yes.
	CostMicros int64
}

// StreamTip is the newest row of the stream that can be seen, and who was adding
// rows at that moment. Whoever has a place before it and has not committed yet is
// among the writers.
type StreamTip struct {
	Seq     int64
	Writers []string
}

// StreamCopy is how far a copy of the stream has come. With a token, the rows
// after Seq up to BatchTo are on their way under it.
type StreamCopy struct {
	Name    string
	Seq     int64
	BatchTo int64
	Token   string
	// Phase is of a rebuild; empty while the copy is only followed.
	Phase string
	// Owner holds the lease until LeaseUntil, in microseconds.
	Owner      string
	LeaseUntil int64
}

// StreamCorrection replaces a person in what was copied: nobody who was erased
// stays there, and who was merged becomes the other.
type StreamCorrection struct {
	ID        int64
	Recipient string
	Becomes   string
}

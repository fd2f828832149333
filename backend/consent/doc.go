// Package consent is the log of what people said about being written to: each
// record seals the one before it, so that one changed, taken out or moved is
// found. It decides nothing and never forgets that something was said; what was
// said goes when its person is erased.
package consent

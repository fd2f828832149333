// Package suppression keeps the addresses that must not be contacted. It records
// who said so; that no message goes there is dispatch's and delivery's work.
package suppression

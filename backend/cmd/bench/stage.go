package main

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// stage stands in for a test, so that the testbed starts its servers for us.
// Of testing.TB only what is written out here may be called.
type stage struct {
	testing.TB
	undo   []func()
	faults []error
}

// fatal is what Fatal throws; close catches it.
type fatal struct{ error }

// Helper marks nothing here.
func (s *stage) Helper() {}

// Cleanup runs at close, last in, first out.
func (s *stage) Cleanup(f func()) { s.undo = append(s.undo, f) }

// Error notes a fault that does not end the run.
func (s *stage) Error(args ...any) { s.faults = append(s.faults, errors.New(fmt.Sprint(args...))) }

// Fatal ends the run.
func (s *stage) Fatal(args ...any) { panic(fatal{errors.New(fmt.Sprint(args...))}) }

// TempDir is a folder that is gone after close.
func (s *stage) TempDir() string {
	dir, err := os.MkdirTemp("", "clarion-bench-*")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// close undoes everything and adds what went wrong to err. It is deferred.
func (s *stage) close(err *error) {
	if thrown := recover(); thrown != nil {
		fault, ours := thrown.(fatal)
		if !ours {
			panic(thrown)
		}
		*err = errors.Join(*err, fault.error)
	}
	for i := len(s.undo) - 1; i >= 0; i-- {
		s.undo[i]()
	}
	*err = errors.Join(append([]error{*err}, s.faults...)...)
}

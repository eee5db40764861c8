package scan

import (
	"context"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/tlswire"
)

// reply is what became of one question.
type reply struct {
	flight  tlswire.Flight
	outcome fact.Outcome
	// bytes is the length of the hello that was sent.
	bytes int
}

// fact is the reply as reports have it.
func (r reply) fact() fact.Answer {
	a := fact.Answer{Outcome: r.outcome}
	if r.outcome == fact.OutcomeAlert {
		a.Alert = &fact.Alert{Code: r.flight.AlertCode, Name: registry.AlertName(r.flight.AlertCode)}
	}
	return a
}

// How far a flight is read. Nothing that comes behind is waited for.
var (
	untilHello = func(f *tlswire.Flight) bool { return f.HelloSeen }
	untilEnd   = func(*tlswire.Flight) bool { return false }
	// untilKeys ends where the key exchange of a suite is known.
	untilKeys = func(f *tlswire.Flight) bool {
		if !f.HelloSeen || f.Hello.Version >= registry.TLS13 {
			return f.HelloSeen
		}
		name := registry.SuiteName(f.Hello.Suite)
		return registry.IsECDHE(name) && f.Hello.Group != 0 || registry.IsDHE(name) && f.DH != nil ||
			!registry.IsECDHE(name) && !registry.IsDHE(name)
	}
)

// ask sends a hello and reads the flight until enough of it is there. What ends
// without an answer is asked a second time.
func (r *run) ask(h tlswire.ClientHello, enough func(*tlswire.Flight) bool) reply {
	message, err := h.Marshal()
	if err != nil {
		return reply{outcome: fact.OutcomeFailed}
	}
	got := r.twice(func(ctx context.Context) reply { return r.send(ctx, message, enough) })
	if got.outcome == fact.OutcomeOK {
		r.good.CompareAndSwap(nil, &h)
	}
	return got
}

// send makes one connection for a hello.
func (r *run) send(ctx context.Context, message []byte, enough func(*tlswire.Flight) bool) reply {
	var reader tlswire.FlightReader
	f := &reader.Flight
	outcome := r.exchange(ctx, message, func(data []byte) bool {
		reader.Feed(data)
		return f.Settled() || enough(f) || reader.Size() > tlswire.MaxHandshake
	})
	return reply{flight: *f, outcome: outcomeOf(f, outcome), bytes: len(message)}
}

// outcomeOf is what a flight amounts to; otherwise is how its connection ended.
func outcomeOf(f *tlswire.Flight, otherwise fact.Outcome) fact.Outcome {
	switch {
	case f.HelloSeen:
		return fact.OutcomeOK
	case f.AlertSeen:
		return fact.OutcomeAlert
	case f.NotRecords, otherwise == fact.OutcomeOK:
		return fact.OutcomeOther
	}
	return otherwise
}

// twice asks, and asks again where the connection ended without an answer. A
// server that answers nothing any more is given up, as each question would cost a
// timeout.
func (r *run) twice(question func(ctx context.Context) reply) reply {
	begun := r.scanner.now().UnixNano()
	var got reply
	for range 2 {
		if r.given.Load() {
			return reply{outcome: fact.OutcomeUnanswered}
		}
		got = r.once(question)
		if got.outcome != fact.OutcomeClosed && got.outcome != fact.OutcomeReset && got.outcome != fact.OutcomeTimeout {
			return got
		}
	}
	if got.outcome == fact.OutcomeTimeout && r.lastAnswer.Load() < begun && !r.alive() {
		r.given.Store(true)
	}
	return got
}

// alive reports whether a hello that was answered still is.
func (r *run) alive() bool {
	h := r.good.Load()
	if h == nil {
		return false
	}
	message, err := h.Marshal()
	return err == nil && r.once(func(ctx context.Context) reply { return r.send(ctx, message, untilHello) }).outcome == fact.OutcomeOK
}

// once asks one time, when there is a free slot and it is due. Both times have
// half of the timeout, so that a silent server costs it once.
func (r *run) once(question func(ctx context.Context) reply) reply {
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-r.ctx.Done():
		return reply{outcome: fact.OutcomeUnanswered}
	}
	if r.pace.wait(r.ctx) != nil || r.given.Load() {
		return reply{outcome: fact.OutcomeUnanswered}
	}
	ctx, cancel := context.WithTimeout(r.ctx, r.scanner.timeout()/2)
	defer cancel()
	got := question(ctx)
	switch got.outcome {
	case fact.OutcomeTimeout:
		if r.over() {
			got.outcome = fact.OutcomeUnanswered
		}
	case fact.OutcomeFailed:
	default:
		r.lastAnswer.Store(r.scanner.now().UnixNano())
	}
	return got
}

// over reports whether the scan is to end. A connection may notice the deadline
// before the context does.
func (r *run) over() bool {
	deadline, ok := r.ctx.Deadline()
	return r.ctx.Err() != nil || ok && time.Until(deadline) <= 0
}

// exchange makes a connection, sends a message and hands over what comes back
// until take has enough of it. It returns what ended the reading, OutcomeOK when
// it was take.
func (r *run) exchange(ctx context.Context, message []byte, take func(data []byte) (enough bool)) fact.Outcome {
	conn, err := r.connect(ctx)
	if err != nil {
		return connection.OutcomeOf(err)
	}
	defer connection.Bind(ctx, conn)()
	if _, err := conn.Write(message); err != nil {
		return connection.OutcomeOf(err)
	}
	buf := make([]byte, 8<<10)
	for {
		n, err := conn.Read(buf)
		switch {
		case take(buf[:n]):
			return fact.OutcomeOK
		case err != nil:
			return connection.OutcomeOf(err)
		}
	}
}

func (r *run) connect(ctx context.Context) (net.Conn, error) {
	r.connections.Add(1)
	conn, err := r.scanner.dial(ctx, r.request.Address)
	if err != nil && ctx.Err() != nil {
		return nil, errors.Join(ctx.Err(), err)
	}
	return conn, err
}

// says is what a reply says of what was asked for.
type says uint8

const (
	saysNothing says = iota
	saysYes
	saysNo
)

// refusals are the alerts by which servers refuse versions and suites.
var refusals = []int{40, 47, 70, 71, 86}

const alertUnrecognizedName = 112

// read tells what a reply says. Only a ServerHello is a yes. An alert is a no, and
// so is a connection closed twice, if that is how this server ends a hello that
// it cannot accept. Silence says nothing.
func (r *run) read(got reply) says {
	switch got.outcome {
	case fact.OutcomeOK:
		return saysYes
	case fact.OutcomeAlert:
		code := got.flight.AlertCode
		if slices.Contains(refusals, code) || r.request.Welcome && code != alertUnrecognizedName {
			return saysNo
		}
	case fact.OutcomeClosed, fact.OutcomeReset:
		r.calibrate()
		if o := r.refusal.outcome; r.request.Welcome && (o == fact.OutcomeClosed || o == fact.OutcomeReset) {
			r.closedMeantNo.Store(true)
			return saysNo
		}
	}
	return saysNothing
}

// impossible is a number that the registry gives to no suite. Those of RFC 8701
// are not used, since a server may know them for what they are.
const impossible = 0x00fe

// askImpossible learns how the server ends a hello that nobody can accept.
func (r *run) askImpossible() {
	r.refusal = r.ask(tlswire.ClientHello{
		Min: registry.TLS12, Max: registry.TLS12, Suites: []uint16{impossible}, ServerName: r.request.ServerName,
	}, untilHello)
}

// why is the reason that nothing was established.
func (r *run) why(got reply) string {
	switch got.outcome {
	case fact.OutcomeAlert:
		return "the server answered with alert " + registry.AlertName(got.flight.AlertCode)
	case fact.OutcomeClosed:
		return "the server closed the connection without an alert"
	case fact.OutcomeReset:
		return "the connection was reset"
	case fact.OutcomeTimeout:
		return "no answer"
	case fact.OutcomeOther:
		return "the answer was not TLS"
	case fact.OutcomeFailed:
		return "no connection was made"
	}
	if r.over() {
		return "the time was up"
	}
	return "the server had stopped answering"
}

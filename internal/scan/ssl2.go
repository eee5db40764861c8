package scan

import (
	"context"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/tlswire"
)

// ssl2 is what became of the question about SSL 2.0.
type ssl2 struct {
	says   says
	reason string
	kinds  []uint32
}

// maxSSL2 bounds an answer of SSL 2.0: its record cannot be longer.
const maxSSL2 = 2 + 1<<15

// askSSL2 sends a CLIENT-HELLO of SSL 2.0, to which a server of that version
// answers with all that it accepts.
func (r *run) askSSL2() ssl2 {
	message, err := tlswire.SSL2ClientHello()
	if err != nil {
		return ssl2{reason: err.Error()}
	}
	var answer tlswire.SSL2Answer
	got := r.twice(func(ctx context.Context) reply {
		var read []byte
		outcome := r.exchange(ctx, message, func(data []byte) bool {
			read = append(read, data...)
			answer = tlswire.ReadSSL2Answer(read)
			return !answer.Incomplete || len(read) > maxSSL2
		})
		if answer.Hello || answer.Refused {
			return reply{outcome: outcome}
		}
		return reply{flight: answer.Flight, outcome: outcomeOf(&answer.Flight, outcome)}
	})
	switch {
	case answer.Hello && len(answer.Kinds) > 0:
		return ssl2{says: saysYes, kinds: answer.Kinds}
	case answer.Refused, answer.Hello:
		return ssl2{says: saysNo}
	case got.outcome == fact.OutcomeOK:
		// A ServerHello of TLS.
		return ssl2{says: saysNo}
	}
	s := ssl2{says: r.read(got)}
	if s.says == saysNothing {
		s.reason = r.why(got)
	}
	return s
}

func (s *ssl2) doubt() {
	if s.says == saysNo {
		s.says, s.reason = saysNothing, doubted
	}
}

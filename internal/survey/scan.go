package survey

import (
	"context"
	"net"
	"slices"
	"strconv"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/probe"
	"github.com/mongotls/mongotls/internal/scan"
)

// scan begins the scan of an endpoint that was observed, if there is to be one.
// The result is waited for by calling what it returns; it is nil without a scan.
func (s *Survey) scan(ctx context.Context, e *fact.Endpoint) (wait func() *fact.Scan) {
	nothing := func() *fact.Scan { return nil }
	i := slices.IndexFunc(e.Addresses, func(a fact.Address) bool { return a.TCP.OK })
	if s.Scan == nil || i < 0 {
		return nothing
	}
	if reason := notScanned(e); reason != "" {
		return func() *fact.Scan {
			return &fact.Scan{Skipped: reason, Order: "unknown", SNI: fact.ScannedSNI{Without: "unknown", Other: "unknown"}}
		}
	}
	port := e.Port
	if s.ConnectHost != "" {
		port = s.ConnectPort
	}
	request := scan.Request{
		Address:    net.JoinHostPort(e.Addresses[i].IP, strconv.Itoa(port)),
		ServerName: probe.SNI(e.ServerName),
	}
	for _, p := range e.Protocols {
		if p.Supported != nil && *p.Supported {
			request.Known = append(request.Known, p.Version)
		}
	}
	for id, version := range map[fact.QuestionID]string{fact.AskTLS10: "TLS1.0", fact.AskTLS11: "TLS1.1"} {
		const protocolVersion = 70
		if q := e.Question(id); q != nil && q.Alert != nil && q.Alert.Code == protocolVersion {
			request.Refused = append(request.Refused, version)
		}
	}
	request.LargeAnswered = e.Handshake.Version != ""
	request.NoRequest = e.Handshake.OK && e.Handshake.Version == "TLS1.3" && e.ClientAuth != nil && !e.ClientAuth.Requested
	request.Welcome = len(request.Known) > 0 || e.Handshake.Version != ""
	done := make(chan *fact.Scan, 1)
	go func() { done <- s.Scan.Scan(ctx, request) }()
	return func() *fact.Scan { return <-done }
}

// notScanned is why an endpoint that was observed is not scanned, or empty. One
// that answers nothing in time would cost another timeout to say the same.
func notScanned(e *fact.Endpoint) string {
	h := e.Handshake
	answered := func(q fact.Question) bool {
		return q.Outcome != fact.OutcomeTimeout && q.Outcome != fact.OutcomeUnanswered && q.Outcome != fact.OutcomeFailed
	}
	switch {
	case h == nil:
		return "there was no connection"
	case h.Outcome == fact.OutcomeOther:
		return "what answers there does not speak TLS"
	case h.Outcome == fact.OutcomeTimeout && !slices.ContainsFunc(e.Questions, answered):
		return "nothing was answered in time"
	}
	return ""
}

// withScan are the protocols as a scan knows them, which asks with every suite
// that there is; where it did not learn, what was known before holds.
func withScan(known []fact.Protocol, f *fact.Scan) []fact.Protocol {
	var list []fact.Protocol
	for _, v := range slices.Backward(f.Versions) {
		p := fact.Protocol{Version: v.Version, Supported: v.Supported}
		if v.Supported == nil {
			p.Reason = v.Reason
		}
		i := slices.IndexFunc(known, func(k fact.Protocol) bool { return k.Version == v.Version })
		if i >= 0 && known[i].Supported != nil && (p.Supported == nil || *known[i].Supported) {
			// What was selected once is accepted.
			p = known[i]
		}
		list = append(list, p)
	}
	if len(list) == 0 {
		return known
	}
	slices.SortStableFunc(list, func(a, b fact.Protocol) int { return versionRank(a.Version) - versionRank(b.Version) })
	return list
}

func versionRank(version string) int {
	return slices.Index([]string{"SSL2.0", "SSL3.0", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"}, version)
}

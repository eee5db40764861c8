package finding

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// judgeHandshake: why there was no handshake.
func judgeHandshake(j *judge) {
	h := j.endpoint.Handshake
	if h == nil || h.OK || j.has("no-encryption") {
		return
	}
	seen := "The handshake ended: " + handshakeWords(h) + "."
	evidence := map[string]any{"outcome": string(h.Outcome), "serverName": h.ServerName}
	if h.Alert != nil {
		evidence["alert"] = h.Alert.Name
	}
	for _, cause := range handshakeCauses {
		if cause(j, h, seen, evidence) {
			return
		}
	}
}

// handshakeCauses are tried from what explains most to what explains least; the
// first that holds is told.
var handshakeCauses = []func(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool{
	causeServerWithoutTLS,
	causeOtherProtocol,
	causeClientCertificate,
	causeScanned,
	causeProtocolVersion,
	causeAccessList,
	causeServerName,
	causeUnreadableCertificate,
	causeGroup,
	causeCipher,
	causeLargeHello,
	causeSignature,
	causeUnexplained,
}

func handshakeWords(h *fact.Handshake) string {
	switch h.Outcome {
	case fact.OutcomeAlert:
		return alertWords(h.Alert)
	case fact.OutcomeClosed:
		return "the peer closed the connection without an alert"
	case fact.OutcomeReset:
		return "the peer reset the connection without an alert"
	case fact.OutcomeTimeout:
		return "no answer within the timeout"
	}
	if h.Error == "" {
		return "it did not complete"
	}
	return h.Error
}

// ended reports whether the peer ended the exchange, or let it run out of time,
// without a word.
func ended(o fact.Outcome) bool {
	return o == fact.OutcomeClosed || o == fact.OutcomeReset || o == fact.OutcomeTimeout
}

// alertCode is the number of an alert, or -1 without one.
func alertCode(a *fact.Alert) int {
	if a == nil {
		return -1
	}
	return a.Code
}

// The alerts that rules look for (RFC 8446 section 6.2).
const (
	alertHandshakeFailure       = 40
	alertUnsupportedCertificate = 43
	alertCertificateRevoked     = 44
	alertCertificateExpired     = 45
	alertUnknownCA              = 48
	alertProtocolVersion        = 70
	alertInternalError          = 80
	alertUnrecognizedName       = 112
	alertCertificateRequired    = 116
)

// clientAlerts are the alerts by which servers answer a client certificate.
var clientAlerts = []int{
	41, 42, alertUnsupportedCertificate, alertCertificateRevoked, alertCertificateExpired, 46, alertUnknownCA, 49, alertCertificateRequired,
}

// judgesClient reports whether an alert is about the client's certificate:
// certificate_required always, the others once the server asked for one.
func (j *judge) judgesClient(a *fact.Alert) bool {
	code := alertCode(a)
	return code == alertCertificateRequired || (j.clientAuth().Requested && slices.Contains(clientAlerts, code))
}

// refuse records that the server ended the connection over the client's
// certificate, or its absence; judgeClient tells why.
func (j *judge) refuse(confidence Confidence, seen string, evidence map[string]any, alert *fact.Alert) {
	j.refused = &refusal{confidence: confidence, seen: seen, evidence: evidence, alert: alert}
}

// atlasDomains are the domains of MongoDB Atlas clusters.
var atlasDomains = []string{".mongodb.net", ".mongodbgov.net"}

func (j *judge) atAtlas() bool { return j.within(atlasDomains) }

// within reports whether the endpoint's name is in one of the domains.
func (j *judge) within(domains []string) bool {
	name := strings.ToLower(strings.TrimSuffix(j.endpoint.ServerName, "."))
	return slices.ContainsFunc(domains, func(d string) bool { return strings.HasSuffix(name, d) })
}

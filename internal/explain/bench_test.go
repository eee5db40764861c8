package explain

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// repeated is a reader of a text, over and over, until so many bytes were read.
type repeated struct {
	text string
	at   int
	left int64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	if r.at == len(r.text) {
		r.at = 0
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.text[r.at:])
	r.at += n
	r.left -= int64(n)
	return n, nil
}

// serverLog is a piece of a log as a server of many clients writes it: connections
// that come and go, slow queries, checkpoints; one connection of so many fails.
func serverLog(lines, failing int) string {
	var b strings.Builder
	for i := range lines {
		at := fmt.Sprintf("2026-03-28T11:%02d:%02d.%03d+01:00", i/6000%60, i/100%60, i%1000)
		address := fmt.Sprintf("10.%d.%d.%d:%d", i%7, i/7%250, i/1750%250, 30000+i%30000)
		switch {
		case failing > 0 && i%failing == 0:
			fmt.Fprintf(&b, `{"t":{"$date":"%s"},"s":"I",  "c":"NETWORK",  "id":22988,   "ctx":"conn%d","msg":"Error receiving request from client. Ending connection from remote","attr":{"error":{"code":141,"codeName":"SSLHandshakeFailed","errmsg":"The server is configured to only allow SSL connections"},"remote":"%s","connectionId":%d}}`+"\n", at, i, address, i)
		case i%5 == 0:
			fmt.Fprintf(&b, `{"t":{"$date":"%s"},"s":"I",  "c":"COMMAND",  "id":51803,   "ctx":"conn%d","msg":"Slow query","attr":{"type":"command","ns":"shop.orders","appName":"orders","command":{"find":"orders","filter":{"customer":%d},"limit":20,"$db":"shop"},"planSummary":"COLLSCAN","keysExamined":0,"docsExamined":120391,"nreturned":20,"queryHash":"0E6A7F2B","reslen":20480,"locks":{"Global":{"acquireCount":{"r":121}}},"remote":"%s","protocol":"op_msg","durationMillis":%d}}`+"\n", at, i, i, address, i%900)
		case i%5 == 1:
			fmt.Fprintf(&b, `{"t":{"$date":"%s"},"s":"I",  "c":"STORAGE",  "id":22430,   "ctx":"Checkpointer","msg":"WiredTiger message","attr":{"message":"[1616927008:71000][1:0x7f], WT_SESSION.checkpoint: [WT_VERB_CHECKPOINT_PROGRESS] saving checkpoint snapshot min: %d"}}`+"\n", at, i)
		case i%5 == 2:
			fmt.Fprintf(&b, `{"t":{"$date":"%s"},"s":"I",  "c":"NETWORK",  "id":51800,   "ctx":"conn%d","msg":"client metadata","attr":{"remote":"%s","client":"conn%d","doc":{"driver":{"name":"nodejs","version":"5.7.0"},"os":{"type":"Linux","name":"linux","architecture":"x64"},"platform":"Node.js v18.16.0, LE"}}}`+"\n", at, i, address, i)
		case i%5 == 3:
			fmt.Fprintf(&b, `{"t":{"$date":"%s"},"s":"I",  "c":"NETWORK",  "id":22943,   "ctx":"listener","msg":"Connection accepted","attr":{"remote":"%s","connectionId":%d,"connectionCount":%d}}`+"\n", at, address, i, i%400)
		default:
			fmt.Fprintf(&b, `{"t":{"$date":"%s"},"s":"I",  "c":"REPL",     "id":21340,   "ctx":"ReplCoord-%d","msg":"Member is in new state","attr":{"hostAndPort":"db%d.example.com:27017","newState":"SECONDARY"}}`+"\n", at, i%9, i%3)
		}
	}
	return b.String()
}

// textLog is a piece of a log from before 4.4.
func textLog(lines int) string {
	var b strings.Builder
	for i := range lines {
		at := fmt.Sprintf("2020-09-02T16:%02d:%02d.%03d+0000", i/6000%60, i/100%60, i%1000)
		address := fmt.Sprintf("10.%d.%d.%d:%d", i%7, i/7%250, i/1750%250, 30000+i%30000)
		switch i % 50 {
		case 0:
			fmt.Fprintf(&b, "%s I  NETWORK  [conn%d] Error receiving request from client: SSLHandshakeFailed: The server is configured to only allow SSL connections. Ending connection from %s (connection id: %d)\n", at, i, address, i)
		case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10:
			fmt.Fprintf(&b, "%s I  COMMAND  [conn%d] command shop.orders appName: \"orders\" command: find { find: \"orders\", filter: { customer: %d }, limit: 20, $db: \"shop\" } planSummary: COLLSCAN keysExamined:0 docsExamined:120391 numYields:940 nreturned:20 reslen:20480 locks:{ Global: { acquireCount: { r: 941 } } } protocol:op_msg %dms\n", at, i, i, i%900)
		default:
			fmt.Fprintf(&b, "%s I  NETWORK  [listener] connection accepted from %s #%d (%d connections now open)\n", at, address, i, i%400)
		}
	}
	return b.String()
}

func BenchmarkLog(b *testing.B) {
	for _, log := range []struct {
		name, text string
	}{
		{"structured", serverLog(20_000, 100)},
		{"structured-all-failing", serverLog(20_000, 1)},
		{"text", textLog(20_000)},
	} {
		b.Run(log.name, func(b *testing.B) {
			const size = 64 << 20
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(&repeated{text: log.text, left: size}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRules(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newRulebook()
	}
}

func BenchmarkLine(b *testing.B) {
	theRules()
	b.ReportAllocs()
	for b.Loop() {
		Text("pymongo.errors.ServerSelectionTimeoutError: db1.example.com:27017: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1056)")
	}
}

// TestLogMemory: what a log takes of memory does not grow with it.
func TestLogMemory(t *testing.T) {
	text := serverLog(20_000, 3)
	heap := func(size int64) uint64 {
		l := newLogReader()
		if err := l.readAll(&repeated{text: text, left: size}); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(l)
		return m.HeapAlloc
	}
	small, large := heap(8<<20), heap(64<<20)
	const slack = 2 << 20
	if large > small+slack {
		t.Errorf("64 MiB of log hold %d bytes of memory, 8 MiB %d", large, small)
	}
}

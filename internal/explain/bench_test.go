package explain

import "testing"

func BenchmarkRules(b *testing.B) {
	for b.Loop() {
		newRulebook()
	}
}

func BenchmarkLine(b *testing.B) {
	theRules()
	for b.Loop() {
		Text("pymongo.errors.ServerSelectionTimeoutError: db1.example.com:27017: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1056)")
	}
}

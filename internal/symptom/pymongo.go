package symptom

// pymongo are PyMongo's own texts; those of Python's ssl stand inside them.
var pymongo = []Symptom{
	{Producer: PyMongo, Event: ReplyEOF, Text: "connection closed"},
	{Producer: PyMongo, Event: CRLNotWithOCSP, Text: "tlsCRLFile cannot be used with PyOpenSSL"},
	{Producer: PyMongo, IDs: []string{"option-unsupported"}, Text: "Unknown option: {option}."},
	{Producer: PyMongo, IDs: []string{"srv-not-found"}, Text: "The DNS query name does not exist: {name}"},
	{Producer: PyMongo, IDs: []string{"srv-domain-mismatch"}, Text: "Invalid SRV host: {name}"},
	{Producer: PyMongo, IDs: []string{"srv-txt-invalid"}, Text: "Only one TXT record is supported"},
}

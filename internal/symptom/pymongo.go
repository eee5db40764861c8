package symptom

// pymongo are PyMongo's own texts; those of Python's ssl stand inside them.
var pymongo = []Symptom{
	{Producer: PyMongo, Event: ReplyEOF, Text: "connection closed"},
	{Producer: PyMongo, Event: NotMongoDB, Whole: true, Text: "Got response id {n} but expected {id}"},
	{Producer: PyMongo, Event: CRLNotWithOCSP, Text: "tlsCRLFile cannot be used with PyOpenSSL"},
	{Producer: PyMongo, Event: TLSOff, Text: "TLS has not been enabled but the following tls parameters have been set: {list}. Please set `tls=True` or remove."},
	{Producer: PyMongo, IDs: []string{"option-unsupported"}, Text: "Unknown option: {option}."},
	{Producer: PyMongo, IDs: []string{"srv-not-found"}, Text: "The DNS query name does not exist: {name}"},
	{Producer: PyMongo, IDs: []string{"srv-domain-mismatch"}, Text: "Invalid SRV host: {name}"},
	{Producer: PyMongo, IDs: []string{"srv-txt-invalid"}, Text: "Only one TXT record is supported"},
}

// pymongo3 are the texts that PyMongo 3 has otherwise.
var pymongo3 = []Symptom{
	{Producer: PyMongo3, Event: ReplyEOF, Whole: true, Text: "connection closed"},
	{Producer: PyMongo3, Event: CRLNotWithOCSP, Text: "ssl_crlfile cannot be used with PyOpenSSL"},
	{Producer: PyMongo3, Event: TLSOff, Text: "ssl has not been enabled but the following ssl parameters have been set: {list}. Please set `ssl=True` or remove."},
	{Producer: PyMongo3, Event: CAFileMissing, Text: "[Errno 2] The tlscafile file is not readable"},
	{Producer: PyMongo3, Event: CRLFileMissing, Text: "[Errno 2] The tlscrlfile file is not readable"},
	{Producer: PyMongo3, Event: KeyFileMissing, Text: "[Errno 2] The tlscertificatekeyfile file is not readable"},
}

package finding

// reconfigure is how a member is advertised by another name. The name is not put
// into it: it would have to be quoted twice.
const (
	renameMember = "Or advertise the member by a name that every client can resolve and its certificate has. On the primary, with the member's place in rs.conf().members for [0] and its new name:"
	reconfigure  = "$ mongosh --tls --host {seedhost} --port {seedport} --eval 'cfg = rs.conf(); cfg.members[0].host = \"db1.example.com:27017\"; rs.reconfig(cfg)'"
)

// seedLists: a name of the one kind where the other is wanted.
var seedLists = []Entry{
	{
		ID:    "not-srv-host",
		Title: "The name is of the other kind of connection string",
		Why:   "mongodb+srv:// takes a name that has SRV records and no address of its own, mongodb:// takes hosts, which have addresses. A name of the one kind is not found as the other: \"querySrv ENOTFOUND\" and \"getaddrinfo ENOTFOUND\" (Node), \"The DNS query name does not exist\" (PyMongo), \"no such host\" (Go).",
		Fix: []string{
			"Copy the connection string from your provider as it stands, with its scheme.",
			"$ mongotls check {otheruri}",
		},
		Silences: []ID{"srv-not-found", "dns-not-found", "dns-failure"},
	},
}

// memberNames: members that are not to be had under their own names.
var memberNames = []Entry{
	{
		ID:    "member-unreachable",
		Title: "A member cannot be reached by the name it is advertised by",
		Why:   "Drivers take the members' names from the server's reply to hello, which has them from the replica set's configuration, and forget those of the connection string. Each must resolve, and answer, where the application runs: \"getaddrinfo ENOTFOUND\" (Node), \"No servers found yet\" (PyMongo), \"server selection error: server selection timeout\" (Go), behind a connection that seemed to work. mongosh does without the members where it is given one host and no replicaSet, and may connect where drivers do not.",
		Fix: []string{
			"Make the name {endpoint} resolve and its port answer from this machine, as from every other client.",
			renameMember,
			reconfigure,
			"To look at one server alone, or work on it through a tunnel, add directConnection=true to the connection string.",
		},
	},
}

// memberHostnames: the certificate of a member is not for its advertised name.
var memberHostnames = []Entry{
	{
		ID:    "member-hostname-mismatch",
		Title: "The member's certificate is not for the name it is advertised by",
		Why:   "Drivers dial the members by the names in the replica set's configuration, whatever the connection string says, and the certificate must have that name: the seed connects, and the member fails with \"Hostname mismatch, certificate is not valid for\" (PyMongo), \"does not match certificate's altnames\" (Node), \"certificate is valid for ..., not\" (Go), mostly behind a server selection timeout.",
		Fix: []string{
			"Issue the member a certificate that has {name} beside its other names. A request for it:",
			"$ openssl req -new -key server.key -subj /CN={name} -addext subjectAltName={santype}:{name} -out server.csr",
			renameMember,
			reconfigure,
		},
	},
}

// topologies: what the members say of each other does not fit together, or does
// not fit the connection string.
var topologies = []Entry{
	{
		ID:    "set-name-mismatch",
		Title: "The server is not of the replica set that is expected",
		Why:   "Drivers leave out every server whose set name is not the expected one, that of replicaSet in the connection string or of the members found first: \"server selection timed out\", \"actual setName\" (Java), \"expected replica set\" (libmongoc).",
		Fix: []string{
			"Correct replicaSet in the connection string, or leave it out; rs.conf()._id is the set's name.",
			"If the name is right, the host belongs to another deployment: correct the host.",
		},
	},
	{
		ID:    "load-balancer-mismatch",
		Title: "Connection string and server disagree about a load balancer",
		Why:   "With loadBalanced=true a driver wants a mongos that was set up to be behind a load balancer, and such a mongos wants a driver that says so: \"Driver attempted to initialize in load balancing mode, but the server does not support this mode\", or error 354, \"The server is being accessed through a load balancer, but this driver does not have load balancing enabled\".",
		Fix: []string{
			"If the server is behind a load balancer that it knows of (loadBalancerPort), have loadBalanced=true in the connection string, otherwise leave it out.",
		},
		Silences: []ID{"hello-error"},
	},
	{
		ID:    "no-primary",
		Title: "The replica set has no primary",
		Why:   "No member that answers is the primary, or knows of one. Drivers write to the primary, and read from it unless told otherwise: \"No primary available for writes\" (PyMongo), \"server selection timed out\". It is so for seconds during an election, and for as long as a majority of the members does not see each other.",
		Fix: []string{
			"Run the check again: an election takes seconds.",
			"If it stays so, look at rs.status() on any member: a majority must reach each other, by TLS if net.tls.mode is requireTLS. A member whose certificate does not do for the others counts as down.",
			"$ mongosh --tls --host {seedhost} --port {seedport} --eval 'rs.status().members.map(m => [m.name, m.stateStr, m.lastHeartbeatMessage])'",
		},
	},
	{
		ID:    "me-mismatch",
		Title: "The server knows itself by another name",
		Why:   "Drivers go by the names that the members have in the replica set's configuration: a host of the connection string that is none of them serves to find the others and is then left out, and a member that calls itself otherwise than it is advertised is not used.",
		Fix: []string{
			"Use the members' own names in the connection string; where a member's name leads to another member, correct DNS or the hosts file.",
		},
	},
	{
		ID:    "too-many-members",
		Title: "The server names more members than a replica set can have",
		Why:   "A replica set has at most 50 members. What names more is no replica set, or one that something on the way has made up; a driver would dial every one of them.",
		Fix: []string{
			"Check what answers there: the names are in the report's JSON, under server.hosts.",
			"To look at the named hosts alone:",
			"$ mongotls check {endpoint} --no-members",
		},
		Silences: []ID{"members-disagree"},
	},
	{
		ID:    "members-disagree",
		Title: "The members do not name the same members",
		Why:   "All members of a replica set have the same configuration. If their lists differ, a member is behind, or a name leads to a server of another set; drivers follow the primary's list and leave the others out.",
		Fix: []string{
			"Compare rs.conf() on the members named above, and what their names resolve to from here.",
			"If the servers tell names by SNI (split horizons), every member must have the same horizons.",
		},
	},
	{
		ID:    "member-tls-differs",
		Title: "The members disagree about TLS",
		Why:   "A member with net.tls.mode allowTLS talks to the others in clear, and one with requireTLS refuses that: the set splits as soon as they have to connect anew. Clients without TLS reach some members and fail at others, by which of them is the primary.",
		Fix: []string{
			"Bring all members to the same net.tls.mode: allowTLS everywhere, then preferTLS everywhere, then requireTLS everywhere, one step at a time.",
			"$ mongosh --tls --host {seedhost} --port {seedport} --eval 'db.adminCommand({getParameter: 1, tlsMode: 1})'",
		},
	},
	{
		ID:    "split-horizon",
		Title: "The server names other members to other server names",
		Why:   "The replica set has split horizons: by the server name (SNI) of the first message it decides which names it gives its members. Through a tunnel, or by an address, the name is another than outside, and so are the members.",
		Fix: []string{
			"Connect by a name of the horizon that is meant for where the application runs, in the connection string as well as through tunnels.",
		},
	},
}

package driver

import "slices"

// Models returns the model of every driver and of its variants, each driver with
// its defaults first.
func Models() []*Model { return models }

var models = slices.Concat(pymongo, node, mongosh, golang, java, c, php, csharp, rust, ruby)

// titles are the names of the drivers for readers.
var titles = map[string]string{
	"pymongo": "PyMongo", "node": "Node.js", "mongosh": "mongosh", "go": "Go", "java": "Java", "c": "C", "php": "PHP",
	"csharp": "C#", "rust": "Rust", "ruby": "Ruby",
}

// Title is a driver's name for readers.
func Title(name string) string {
	if title, ok := titles[name]; ok {
		return title
	}
	return name
}

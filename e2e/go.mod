module github.com/mongotls/mongotls/e2e

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/mongotls/mongotls v0.0.0
	go.mongodb.org/mongo-driver v1.17.10
)

replace github.com/mongotls/mongotls => ../

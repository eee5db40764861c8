package survey

import (
	"net"
	"time"

	"github.com/mongotls/mongotls/internal/probe"
	"github.com/mongotls/mongotls/internal/target"
)

func (s *Survey) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

func (s *Survey) client() *probe.Client {
	if s.Client != nil {
		return s.Client
	}
	return &probe.Client{}
}

func (s *Survey) srv() target.Resolver {
	if s.SRV != nil {
		return s.SRV
	}
	return net.DefaultResolver
}

func (s *Survey) srvTimeout() time.Duration {
	if s.SRVTimeout > 0 {
		return s.SRVTimeout
	}
	return probe.DefaultTimeout
}

func (s *Survey) concurrency() int {
	if s.Concurrency > 0 {
		return s.Concurrency
	}
	return DefaultConcurrency
}

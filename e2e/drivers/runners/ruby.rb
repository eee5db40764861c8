# The Ruby driver as a client: reads all cases, then connects with each. Release
# 2.5 takes its TLS options in code. Its error names no reason, which is in the
# log alone, so that the log belongs to the answer.

require "json"
require "logger"
require "stringio"
require "mongo"

if ARGV.include?("--version")
  puts "Ruby driver #{Mongo::VERSION}, Ruby #{RUBY_VERSION}, #{OpenSSL::OPENSSL_LIBRARY_VERSION.split[0, 2].join(" ")}"
  exit
end

# Release 2.5 reads values in connection strings by what Ruby 3 has no longer.
def URI.decode(text) = decode_www_form_component(text)

# code_options are the options of the connection string as this release has them.
def code_options(tls)
  o = { ssl: tls["tls"] == "true" || tls["ssl"] == "true" }
  o[:ssl_ca_cert] = tls["tlsCAFile"] if tls["tlsCAFile"]
  if (file = tls["tlsCertificateKeyFile"])
    o[:ssl_cert] = file
    o[:ssl_key] = file
  end
  o[:ssl_key_pass_phrase] = tls["tlsCertificateKeyFilePassword"] if tls["tlsCertificateKeyFilePassword"]
  o[:ssl_verify] = false if tls["tlsInsecure"] == "true" || tls["tlsAllowInvalidCertificates"] == "true"
  o
end

def run(c)
  began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  answer = { id: c["id"], connects: false, error: "" }
  log = StringIO.new
  begin
    options = code_options(c["options"]).merge(logger: Logger.new(log, formatter: ->(_, _, _, text) { "#{text}\n" }, level: Logger::DEBUG))
    client = Mongo::Client.new(c["plain"], options)
    client.use("admin").command(ping: 1)
    answer[:connects] = true
  rescue StandardError => e
    answer[:error] = ["#{e.class}: #{e.message}", *log.string.lines.map(&:chomp).grep_v(/initializing\.$/).uniq].join("\n")
  ensure
    client&.close
  end
  answer[:ms] = ((Process.clock_gettime(Process::CLOCK_MONOTONIC) - began) * 1000).round
  answer
end

cases = Queue.new
$stdin.each_line { |line| cases << JSON.parse(line) }
cases.close
out = Mutex.new
Array.new(32) do
  Thread.new do
    while (c = cases.pop)
      answer = JSON.generate(run(c))
      out.synchronize { puts answer }
    end
  end
end.each(&:join)

// The Java driver as a client: reads all cases, then connects with each. It has
// no option for files, so that the scenario's become a trust store and a key
// store, as its users make them.

import com.mongodb.MongoClient;
import com.mongodb.MongoClientOptions;
import com.mongodb.MongoClientURI;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bson.Document;

public class Java {
    private static final char[] PASSWORD = "changeit".toCharArray();

    public static void main(String[] args) throws Exception {
        if (List.of(args).contains("--version")) {
            System.out.println("Java driver " + version() + ", Java " + Runtime.version().feature());
            return;
        }
        java.util.logging.LogManager.getLogManager().reset();
        List<String> lines = new String(System.in.readAllBytes()).lines().toList();
        ExecutorService pool = Executors.newFixedThreadPool(16);
        // Loading classes takes seconds, in which the first cases would time out.
        answer(Document.parse(lines.get(0)));
        lines = lines.subList(1, lines.size());
        List<Future<?>> running = new ArrayList<>();
        for (String line : lines) {
            running.add(pool.submit(() -> answer(Document.parse(line))));
        }
        for (Future<?> f : running) {
            f.get();
        }
        // Monitors of drivers that never connected may linger.
        System.exit(0);
    }

    /** The jar of Debian tells its release by its name alone. */
    private static String version() throws Exception {
        Path jar = Path.of(MongoClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return jar.toRealPath().getFileName().toString().replaceAll("[^0-9]*([0-9.]+)\\.jar", "$1");
    }

    private static void answer(Document c) {
        long began = System.nanoTime();
        Document answer = new Document("id", c.getString("id")).append("connects", false).append("error", "");
        try {
            ping(c);
            answer.append("connects", true);
        } catch (Throwable e) {
            answer.append("error", text(e));
        }
        answer.append("ms", (int) ((System.nanoTime() - began) / 1_000_000));
        synchronized (System.out) {
            System.out.println(answer.toJson());
        }
    }

    private static String text(Throwable error) {
        StringBuilder b = new StringBuilder(error.toString());
        for (Throwable e = error.getCause(); e != null; e = e.getCause()) {
            b.append("\ncaused by ").append(e);
        }
        return b.toString();
    }

    private static void ping(Document c) throws Exception {
        Document options = c.get("options", Document.class);
        MongoClientOptions.Builder b = MongoClientOptions.builder();
        // Its monitor, whose error is the one shown, does not go by the connection
        // string.
        b.heartbeatConnectTimeout(c.getInteger("connectTimeoutMS")).heartbeatSocketTimeout(c.getInteger("connectTimeoutMS"));
        if (on(options, "tls") || on(options, "ssl")) {
            b.sslEnabled(true);
            b.sslContext(context(options));
        }
        if (on(options, "tlsInsecure") || on(options, "tlsAllowInvalidHostnames")) {
            b.sslInvalidHostNameAllowed(true);
        }
        try (MongoClient client = new MongoClient(new MongoClientURI(c.getString("plain"), b))) {
            client.getDatabase("admin").runCommand(new Document("ping", 1));
        }
    }

    private static boolean on(Document options, String name) {
        return "true".equals(options.getString(name));
    }

    private static SSLContext context(Document options) throws Exception {
        String ca = options.getString("tlsCAFile");
        String key = options.getString("tlsCertificateKeyFile");
        if (ca == null && key == null) {
            return SSLContext.getDefault();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(key == null ? null : keys(key, options.getString("tlsCertificateKeyFilePassword")), ca == null ? null : anchors(ca), null);
        return context;
    }

    /** What keytool -importcert makes of each certificate of a CA file. */
    private static TrustManager[] anchors(String file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            int n = 0;
            for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + n++, c);
            }
        }
        TrustManagerFactory f = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        f.init(store);
        return f.getTrustManagers();
    }

    /** What openssl pkcs12 -export makes of a certificate-key file. */
    private static KeyManager[] keys(String file, String password) throws Exception {
        Process openssl = new ProcessBuilder("openssl", "pkcs12", "-export", "-in", file, "-out", "-",
                "-passin", "pass:" + (password == null ? "" : password), "-passout", "pass:" + new String(PASSWORD)).start();
        byte[] p12 = openssl.getInputStream().readAllBytes();
        String complaint = new String(openssl.getErrorStream().readAllBytes());
        if (openssl.waitFor() != 0) {
            throw new IllegalStateException("openssl pkcs12 -export: " + complaint.strip());
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(p12), PASSWORD);
        KeyManagerFactory f = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        f.init(store, PASSWORD);
        return f.getKeyManagers();
    }
}

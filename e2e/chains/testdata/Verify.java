import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import sun.security.util.HostnameChecker;

/**
 * Judges chains as a JSSE client does. A line of input is a host, the presented
 * certificates and the trust anchors, with tabs between the three and commas
 * between certificates in Base64. A line of output is OK, or the class of the
 * exception, a tab and its message.
 */
public final class Verify {
    private static final CertificateFactory FACTORY;

    static {
        try {
            FACTORY = CertificateFactory.getInstance("X.509");
        } catch (Exception e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder out = new StringBuilder();
        for (String line; (line = in.readLine()) != null; ) {
            String[] fields = line.split("\t", -1);
            try {
                judge(fields[0], fields[1].split(","), fields[2].isEmpty() ? new String[0] : fields[2].split(","));
                out.append("OK\n");
            } catch (Throwable e) {
                Throwable root = e;
                while (root.getCause() != null) {
                    root = root.getCause();
                }
                out.append(root.getClass().getSimpleName()).append('\t')
                    .append(String.valueOf(e.getMessage()).replace('\n', ' ')).append('\n');
            }
        }
        System.out.print(out);
    }

    private static void judge(String host, String[] presented, String[] anchors) throws Exception {
        X509Certificate[] chain = new X509Certificate[presented.length];
        for (int i = 0; i < presented.length; i++) {
            chain[i] = read(presented[i]);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < anchors.length; i++) {
            try {
                store.setCertificateEntry("anchor " + i, read(anchors[i]));
            } catch (java.security.cert.CertificateException e) {
                // An application would have failed here, long before.
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        ((X509TrustManager) factory.getTrustManagers()[0]).checkServerTrusted(chain, "UNKNOWN");
        if (!host.isEmpty()) {
            String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
            HostnameChecker.getInstance(HostnameChecker.TYPE_TLS).match(name, chain[0]);
        }
    }

    private static X509Certificate read(String text) throws Exception {
        byte[] der = Base64.getDecoder().decode(text);
        return (X509Certificate) FACTORY.generateCertificate(new ByteArrayInputStream(der));
    }
}

import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.Security;
import javax.net.ssl.*;

/** A JSSE server that accepts every protocol and cipher suite that Java still has. */
public class Legacy {
    public static void main(String[] args) throws Exception {
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        Security.setProperty("jdk.certpath.disabledAlgorithms", "");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(args[0]), "changeit".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(
            0, 100, java.net.InetAddress.getLoopbackAddress());
        server.setEnabledProtocols(server.getSupportedProtocols());
        server.setEnabledCipherSuites(server.getSupportedCipherSuites());
        System.out.println(server.getLocalPort());
        while (true) {
            SSLSocket socket = (SSLSocket) server.accept();
            Thread thread = new Thread(() -> {
                try (socket) {
                    socket.setSoTimeout(10000);
                    socket.startHandshake();
                } catch (Exception refused) {
                    // That is what most connections of a scan end with.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}

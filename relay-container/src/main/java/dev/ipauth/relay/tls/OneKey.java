package dev.ipauth.relay.tls;

import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The one key and certificate that every device is shown. The JDK's own key managers look through a
 * key store in each handshake, and encrypt the key for it at the start.
 */
final class OneKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "relay";

  private final PrivateKey key;
  private final X509Certificate[] chain;

  /**
   * @param chain of the key's certificate, that first
   */
  OneKey(PrivateKey key, X509Certificate... chain) {
    this.key = key;
    this.chain = chain.clone();
  }

  /** For BoringSSL, which then takes it over once and not in each handshake. */
  KeyManagerFactory forBoringSsl() {
    return new OpenSslCachingX509KeyManagerFactory(new Factory(this));
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return isOf(keyType) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return isOf(keyType) ? ALIAS : null;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return isOf(keyType) ? new String[] {ALIAS} : new String[0];
  }

  private boolean isOf(String keyType) {
    return keyType.equals(key.getAlgorithm());
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[0];
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain.clone();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key;
  }

  private static final class Factory extends SimpleKeyManagerFactory {
    private final OneKey key;

    Factory(OneKey key) {
      this.key = key;
    }

    @Override
    protected void engineInit(KeyStore unused, char[] unusedToo) {}

    @Override
    protected void engineInit(ManagerFactoryParameters unused) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {key};
    }
  }
}

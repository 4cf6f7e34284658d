package dev.ipauth.functions.caller;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetSourceWrapper;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an OpenID Connect provider publishes, found through its discovery document, kept,
 * and read again when a token names a key that isn't among them.
 */
public final class PublishedKeys implements IssuerKeys {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 2_000;
  private static final int LARGEST_DOCUMENT = 256 * 1024;

  private final Issuer issuer;
  private final ResourceRetriever http =
      new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, LARGEST_DOCUMENT);
  private volatile @Nullable JWKSource<SecurityContext> found;
  private volatile boolean failing;

  private PublishedKeys(Issuer issuer) {
    this.issuer = issuer;
  }

  /** Nothing is asked for before the first token comes. */
  public static PublishedKeys of(Issuer issuer) {
    return new PublishedKeys(issuer);
  }

  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
      throws KeySourceException {
    JWKSource<SecurityContext> source = found;
    if (source == null) {
      // Two at once may both look; either's answer is right.
      var published = new Watched(new URLBasedJWKSetSource<>(location(), http));
      source = JWKSourceBuilder.create(published).retrying(true).build();
      found = source;
    }
    try {
      return source.get(selector, context);
    } catch (JWKSetUnavailableException e) {
      throw new RemoteKeySourceException("The issuer's keys can't be read", e);
    } catch (RateLimitReachedException e) {
      // They are not read again so soon. When they could be, a key that isn't among them is bad.
      if (failing) {
        throw new RemoteKeySourceException("The issuer's keys couldn't be read", e);
      }
      throw e;
    }
  }

  /** Remembers whether the last reading failed. */
  private final class Watched extends JWKSetSourceWrapper<SecurityContext> {
    Watched(JWKSetSource<SecurityContext> source) {
      super(source);
    }

    @Override
    public JWKSet getJWKSet(
        JWKSetCacheRefreshEvaluator evaluator, long now, @Nullable SecurityContext context)
        throws KeySourceException {
      failing = true;
      JWKSet keys = getSource().getJWKSet(evaluator, now, context);
      failing = false;
      return keys;
    }
  }

  private URL location() throws KeySourceException {
    try {
      return issuer.keys() == null ? discovered() : issuer.keys().toURL();
    } catch (IOException | ParseException | IllegalArgumentException e) {
      throw new RemoteKeySourceException("The issuer's keys can't be found", e);
    }
  }

  // OpenID Connect Discovery 1.0, section 4.
  private URL discovered() throws IOException, ParseException {
    String base = issuer.issuer().replaceAll("/$", "");
    URL document = URI.create(base + "/.well-known/openid-configuration").toURL();
    String json = http.retrieveResource(document).getContent();
    return JSONObjectUtils.getURI(JSONObjectUtils.parse(json), "jwks_uri").toURL();
  }
}

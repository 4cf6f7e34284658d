package dev.ipauth.functions.caller;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import dev.ipauth.functions.dependency.Dependency;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider's key document (RFC 7517), found through its discovery document unless the operator
 * says where it is.
 */
final class KeyDocument implements JWKSetSource<SecurityContext> {
  private static final Logger LOG = LoggerFactory.getLogger(KeyDocument.class);
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 2_000;
  private static final int LARGEST_DOCUMENT = 256 * 1024;

  private final Issuer issuer;
  private final ResourceRetriever http =
      new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, LARGEST_DOCUMENT);
  private volatile @Nullable URI location;
  private final Dependency keys;
  private volatile boolean failing;

  KeyDocument(Issuer issuer) {
    this.issuer = issuer;
    this.keys =
        new Dependency(
            "The keys of " + issuer.issuer(),
            "Tokens are checked with those that were read last; without any, requests are answered"
                + " 503.");
    this.location = issuer.keys();
  }

  /** Whether the last reading failed. */
  boolean isFailing() {
    return failing;
  }

  @Override
  public JWKSet getJWKSet(
      JWKSetCacheRefreshEvaluator evaluator, long now, @Nullable SecurityContext context)
      throws KeySourceException {
    try {
      JWKSet read = new JWKSet(read());
      failing = false;
      keys.worked();
      return read;
    } catch (IOException | ParseException | IllegalArgumentException e) {
      location = issuer.keys();
      failing = true;
      keys.failed(e);
      throw new JWKSetRetrievalException("The issuer's keys can't be read", e);
    }
  }

  private List<JWK> read() throws IOException, ParseException {
    URI from = location;
    if (from == null) {
      from = discovered();
      location = from;
    }
    List<JWK> keys =
        usable(JSONObjectUtils.parse(http.retrieveResource(from.toURL()).getContent()));
    if (keys.isEmpty()) {
      throw new ParseException("none of the keys at " + from + " can be used", 0);
    }
    return keys;
  }

  // OpenID Connect Discovery 1.0, section 4.
  private URI discovered() throws IOException, ParseException {
    String base = issuer.issuer().replaceAll("/$", "");
    URI document = URI.create(base + "/.well-known/openid-configuration");
    String json = http.retrieveResource(document.toURL()).getContent();
    URI keys = JSONObjectUtils.getURI(JSONObjectUtils.parse(json), "jwks_uri");
    if (keys == null) {
      throw new ParseException(document + " names no jwks_uri", 0);
    }
    return keys;
  }

  // RFC 7517 section 5: a key that isn't understood is passed over, and the others are used.
  private static List<JWK> usable(Map<String, Object> set) throws ParseException {
    List<Object> members = JSONObjectUtils.getJSONArray(set, "keys");
    if (members == null) {
      throw new ParseException("the document has no \"keys\"", 0);
    }
    List<JWK> keys = new ArrayList<>();
    for (Object member : members) {
      try {
        if (member instanceof Map<?, ?> key) {
          keys.add(JWK.parse(withoutCertificates(key)));
        }
      } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
        LOG.debug("A key is passed over", e);
      }
    }
    return keys;
  }

  // Nothing here looks at them, so a bad one makes no key unusable.
  private static Map<String, Object> withoutCertificates(Map<?, ?> key) {
    Map<String, Object> rest = new HashMap<>();
    key.forEach((name, value) -> rest.put(String.valueOf(name), value));
    rest.keySet().removeAll(List.of("x5c", "x5u"));
    return rest;
  }

  @Override
  public void close() {
    // No connection is kept here.
  }
}

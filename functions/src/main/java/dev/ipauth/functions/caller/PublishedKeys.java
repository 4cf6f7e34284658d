package dev.ipauth.functions.caller;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that an OpenID Connect provider publishes. They are kept, read again in the background
 * before they are old, and read at once when a token names a key that isn't among them, though not
 * more than twice in {@link #BETWEEN_READINGS}. When the provider can't be reached, the keys that
 * were read last are good for {@link #OUTAGE}.
 */
public final class PublishedKeys implements IssuerKeys {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedKeys.class);

  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration READ_AHEAD = Duration.ofMinutes(5);
  private static final Duration OUTAGE = Duration.ofHours(6);
  private static final Duration BETWEEN_READINGS = Duration.ofSeconds(30);
  // Whoever waits for another's reading waits for two tries, each of two documents.
  private static final Duration WAITING = Duration.ofSeconds(15);

  private final KeyDocument document;
  private final JWKSource<SecurityContext> kept;

  private PublishedKeys(Issuer issuer) {
    document = new KeyDocument(issuer);
    kept =
        JWKSourceBuilder.create(document)
            .retrying(true)
            .cache(FRESH.toMillis(), WAITING.toMillis())
            .refreshAheadCache(READ_AHEAD.toMillis(), false)
            .rateLimited(BETWEEN_READINGS.toMillis())
            .outageTolerant(OUTAGE.toMillis())
            .build();
  }

  /** Nothing is asked for before the first token comes, or {@link #readAhead}. */
  public static PublishedKeys of(Issuer issuer) {
    return new PublishedKeys(issuer);
  }

  /** The keys that are to be used at this time, read again where they have to be. */
  JWKSet readAt(Instant time) throws KeySourceException {
    if (kept instanceof JWKSetBasedJWKSource<SecurityContext> source) {
      return source
          .getJWKSetSource()
          .getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), time.toEpochMilli(), null);
    }
    throw new IllegalStateException("The builder makes another kind of source");
  }

  @Override
  public void readAhead() {
    try {
      readAt(Instant.now());
    } catch (KeySourceException e) {
      // It is in the log already, and the first token asks again.
      LOG.debug("No keys yet", e);
    }
  }

  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
      throws KeySourceException {
    try {
      return kept.get(selector, context);
    } catch (JWKSetUnavailableException e) {
      throw new RemoteKeySourceException("The issuer's keys can't be read", e);
    } catch (RateLimitReachedException e) {
      // They are not read again so soon. When they could be, a key that isn't among them is bad.
      if (document.isFailing()) {
        throw new RemoteKeySourceException("The issuer's keys couldn't be read", e);
      }
      throw e;
    }
  }
}

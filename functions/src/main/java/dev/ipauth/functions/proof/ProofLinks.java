package dev.ipauth.functions.proof;

import dev.ipauth.functions.caller.CallerSettings;
import dev.ipauth.functions.register.NominationProof;
import dev.ipauth.functions.register.RegisterSettings;
import dev.ipauth.tables.PendingNomination;
import io.micronaut.context.BeanProvider;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The links that are sent to whoever is at an address, and whose pages they lead to. */
@Singleton
public final class ProofLinks {
  static final String PATH = "/prove/";

  // Three names of one place; which of them is opened is up to whoever opens it.
  private static final Pattern ON_THIS_MACHINE =
      Pattern.compile("http://(?:localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?");
  private static final List<String> ITS_NAMES = List.of("localhost", "127.0.0.1", "[::1]");

  private final boolean required;
  private final @Nullable String httpUrl;
  private final BeanProvider<EmbeddedServer> server;

  ProofLinks(
      RegisterSettings settings, CallerSettings callers, BeanProvider<EmbeddedServer> server) {
    required = settings.nominationProof() == NominationProof.REQUIRED;
    httpUrl = callers.httpUrl();
    this.server = server;
  }

  /** Whether there are any: only where proof of control is required. */
  public boolean areMade() {
    return required;
  }

  public String to(PendingNomination pending) {
    return base() + PATH + pending.code();
  }

  /** Whether a page of this origin is one of ours. */
  boolean isOwn(String origin) {
    Matcher here = ON_THIS_MACHINE.matcher(base());
    return origin.equals(base())
        || (here.matches()
            && ITS_NAMES.stream()
                .map(name -> "http://" + name + (here.group(1) == null ? "" : here.group(1)))
                .anyMatch(origin::equals));
  }

  private String base() {
    return httpUrl == null ? server.get().getURI().toString() : httpUrl;
  }
}

package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.NextHop.Extension;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the next hop can do what an envelope asks for (RFC 6531, RFC 3461). */
final class EnvelopeRules {
  private final NextHop nextHop;

  EnvelopeRules(NextHop nextHop) {
    this.nextHop = nextHop;
  }

  /** What devices are offered, as far as it is known. */
  Set<Extension> offered() {
    var offered = EnumSet.noneOf(Extension.class);
    offered.addAll(nextHop.ofTheRelay());
    Set<Extension> ofNextHop = nextHop.extensions();
    if (ofNextHop != null) {
      offered.addAll(ofNextHop);
    }
    return offered;
  }

  /**
   * What stands against the sender, or null. {@code RET} and {@code ENVID} never do: where DSN
   * isn't offered they are left out, and only reports that there won't be would have carried them.
   */
  @Nullable Refusal objection(MailFrom from) {
    if (from.utf8()) {
      return unlessOffered(Extension.SMTPUTF8, Replies.unknownParameter());
    }
    return Ascii.is(from.address()) ? null : notAscii();
  }

  /** What stands against a recipient, or null. */
  @Nullable Refusal objection(RcptTo to, MailFrom from) {
    boolean ascii = Ascii.is(to.address()) && (to.orcpt() == null || Ascii.is(to.orcpt()));
    if (!from.utf8() && !ascii) {
      return notAscii();
    }
    return asksForSuccess(to) ? unlessOffered(Extension.DSN, Replies.NO_DSN_BEHIND) : null;
  }

  /** Failures and delays are reported without being asked for; of success nobody would hear. */
  private static boolean asksForSuccess(RcptTo to) {
    return to.notifyOn() != null && to.notifyOn().toUpperCase(Locale.ROOT).contains("SUCCESS");
  }

  private Refusal notAscii() {
    Refusal refusal = unlessOffered(Extension.SMTPUTF8, Replies.NO_UTF8_BEHIND);
    return refusal == null ? new Refusal(Reason.ENVELOPE, Replies.NEEDS_UTF8) : refusal;
  }

  /** Before the next hop was first reached nobody knows, and a 5xx would be for good. */
  private @Nullable Refusal unlessOffered(Extension extension, Reply otherwise) {
    if (offered().contains(extension)) {
      return null;
    }
    return nextHop.extensions() == null
        ? new Refusal(Reason.NEXT_HOP, Replies.NEXT_HOP_FAILED)
        : new Refusal(Reason.ENVELOPE, otherwise);
  }
}

package dev.ipauth.functions.api;

import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.SmtpUser.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a body says of an SMTP user's profile: a new one's, or as a JSON merge patch (RFC 7396).
 * What it doesn't name stays as it is; {@code null} takes it away.
 */
final class ProfileFields {
  private ProfileFields() {}

  /** Reads the fields; {@link Fields#end} tells whether that went well. */
  static UnaryOperator<Profile> read(Fields fields) {
    List<UnaryOperator<Profile>> changes = new ArrayList<>();
    String description = fields.description("description");
    if (fields.has("description")) {
      changes.add(profile -> profile.withDescription(description));
    }
    Boolean enabled = fields.flag("enabled");
    if (enabled != null) {
      changes.add(profile -> profile.withEnabled(enabled));
    }
    List<Network> networks = fields.networks("ipRestrictions");
    if (fields.has("ipRestrictions")) {
      changes.add(profile -> profile.withIpRestrictions(networks));
    }
    List<AllowedSender> senders = fields.senders("allowedSenders");
    if (fields.has("allowedSenders")) {
      changes.add(profile -> profile.withAllowedSenders(senders));
    }
    String bouncesTo = fields.emailAddress("bouncesTo");
    if (fields.has("bouncesTo")) {
      changes.add(profile -> profile.withBouncesTo(bouncesTo));
    }
    return profile -> {
      Profile changed = profile;
      for (UnaryOperator<Profile> change : changes) {
        changed = change.apply(changed);
      }
      return changed;
    };
  }
}

package dev.ipauth.local.command;

import dev.ipauth.functions.dependency.TablesUnavailable;
import dev.ipauth.functions.register.AddressRelease;
import dev.ipauth.functions.register.NominationProof;
import dev.ipauth.functions.register.RegisterSettings;
import dev.ipauth.functions.register.RegisterSettings.Nominable;
import dev.ipauth.functions.register.RegisterTables;
import dev.ipauth.settings.Values;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** {@code address release IP BY}: takes an address from the SMTP user that has it. */
record AddressCommand(
    DynamoDbClient tables, Duration auditRetention, PrintStream out, PrintStream err) {
  private static final String USAGE =
      """
      usage: address release IP BY  take the address from the SMTP user that has it; BY is who
                                    does so and why, for the audit trail of its account
      """;

  int run(List<String> words) {
    String by = String.join(" ", words.stream().skip(2).toList()).strip();
    if (by.isEmpty() || !words.getFirst().equals("release")) {
      err.print(USAGE);
      return Commands.NOT_UNDERSTOOD;
    }
    IpAddress ip;
    try {
      ip = IpAddress.parse(words.get(1));
    } catch (IllegalArgumentException e) {
      err.println(words.get(1) + ": " + e.getMessage());
      return Commands.NOT_UNDERSTOOD;
    }
    try {
      return release(ip, by);
    } catch (IllegalStateException | TablesUnavailable e) {
      err.println(e.getMessage());
      return Commands.REFUSED;
    }
  }

  private int release(IpAddress ip, String by) {
    var settings =
        new RegisterSettings(Integer.MAX_VALUE, auditRetention, NominationProof.OFF, Nominable.ANY);
    RegisterTables names = RegisterTables.from(Values.of(RegisterTables.ALL, Map.of()));
    IpAuthentication holder =
        new AddressRelease(tables, names, settings, Clock.systemUTC()).release(ip, by);
    if (holder == null) {
      err.println("No SMTP user nominates " + ip + ".");
      return Commands.REFUSED;
    }
    out.println(String.join("\t", ip.toString(), holder.username().text(), holder.accountId()));
    return Commands.DONE;
  }
}

package dev.ipauth.functions.api;

import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.Problem.Fault;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.RegisterSettings.Nominable;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.EmailAddress;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.SpecialPurpose;
import dev.ipauth.tables.Username;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of the texts of a body. {@link #end} refuses the request for all that couldn't be
 * made at once; what is returned for those doesn't matter.
 */
final class Values {
  private static final int MOST_ENTRIES = 50;
  private static final int LONGEST_DESCRIPTION = 256;
  private static final int LONGEST_ADDRESS = 254;
  // Persian and the languages of India are written with them, and emoji are joined with one.
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private final Nominable nominable;
  private final Set<ProblemType> types = EnumSet.noneOf(ProblemType.class);
  private final List<Fault> faults = new ArrayList<>();

  Values(Nominable nominable) {
    this.nominable = nominable;
  }

  @Nullable Username username(String field, String text) {
    return parse(ProblemType.INVALID_USERNAME, field, text, Username::parse);
  }

  @Nullable String description(String field, String text) {
    if (text.codePointCount(0, text.length()) > LONGEST_DESCRIPTION) {
      fault(
          ProblemType.INVALID_DESCRIPTION,
          field,
          "A description has at most " + LONGEST_DESCRIPTION + " characters.");
      return null;
    }
    OptionalInt invisible = text.codePoints().filter(Values::isInvisible).findFirst();
    if (invisible.isPresent()) {
      fault(
          ProblemType.INVALID_DESCRIPTION,
          field,
          String.format(
              Locale.ROOT,
              "A description has no control or formatting characters; this one has U+%04X.",
              invisible.getAsInt()));
      return null;
    }
    return text;
  }

  // Half a surrogate pair can't be kept as UTF-8. Formatting characters make a text look like
  // another: U+202E turns it around, U+200B is a space of no width.
  private static boolean isInvisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.FORMAT -> codePoint != ZERO_WIDTH_JOINER && codePoint != ZERO_WIDTH_NON_JOINER;
      default -> false;
    };
  }

  @Nullable IpAddress ipAddress(String field, String text) {
    return parse(ProblemType.NOT_A_SINGLE_IP_ADDRESS, field, text, IpAddress::parse);
  }

  /** An address that may be nominated here. */
  @Nullable IpAddress nominee(String field, String text) {
    IpAddress ip = parse(ProblemType.NOT_A_SINGLE_IP_ADDRESS, field, text, IpAddress::parse);
    if (ip == null) {
      return null;
    }
    if (!SpecialPurpose.canBeOneDevice(ip)) {
      fault(ProblemType.IP_NOT_ALLOWED, field, ip + " is never the address of one device.");
      return null;
    }
    if (nominable == Nominable.PUBLIC && !SpecialPurpose.isPublic(ip)) {
      fault(
          ProblemType.IP_NOT_ALLOWED,
          field,
          "%s is %s, so many networks have it. Use the public address that the device's mail comes"
                  .formatted(ip, SpecialPurpose.nameOf(ip))
              + " from.");
      return null;
    }
    return ip;
  }

  /** Without doubles, in the order they were written. */
  List<Network> networks(String field, List<String> texts) {
    return entries(
        texts, field, ProblemType.NOT_A_NETWORK, ProblemType.TOO_MANY_NETWORKS, Network::parse);
  }

  /** Without doubles, in the order they were written. */
  List<AllowedSender> senders(String field, List<String> texts) {
    return entries(
        texts, field, ProblemType.NOT_A_SENDER, ProblemType.TOO_MANY_SENDERS, AllowedSender::parse);
  }

  @Nullable String emailAddress(String field, String text) {
    if (text.length() > LONGEST_ADDRESS) {
      fault(
          ProblemType.NOT_AN_EMAIL_ADDRESS,
          field,
          "An address has at most " + LONGEST_ADDRESS + " characters.");
      return null;
    }
    parse(ProblemType.NOT_AN_EMAIL_ADDRESS, field, text, EmailAddress::parse);
    return text;
  }

  private <T> List<T> entries(
      List<String> texts,
      String field,
      ProblemType malformed,
      ProblemType tooMany,
      Function<String, T> parser) {
    List<T> entries =
        IntStream.range(0, texts.size())
            .mapToObj(i -> parse(malformed, "%s[%s]".formatted(field, i), texts.get(i), parser))
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    if (entries.size() > MOST_ENTRIES) {
      fault(tooMany, field, "There can be at most " + MOST_ENTRIES + " of them.");
    }
    return entries;
  }

  /**
   * To be called before anything is done with the values.
   *
   * @throws Refusal when there was a fault
   */
  void end() {
    if (!faults.isEmpty()) {
      ProblemType type = types.size() == 1 ? types.iterator().next() : ProblemType.INVALID_FIELDS;
      throw new Refusal(Problem.of(type, List.copyOf(faults)));
    }
  }

  private <T> @Nullable T parse(
      ProblemType type, String field, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      fault(type, field, Objects.requireNonNullElse(e.getMessage(), "It is malformed."));
      return null;
    }
  }

  private void fault(ProblemType type, String field, String detail) {
    types.add(type);
    faults.add(new Fault(field, detail));
  }
}

package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What users of the API write, when OpenAPI Generator has made a client of its description. The
 * build makes both clients beforehand ({@code generate-test-resources}).
 */
class GeneratedClientsTest {
  private static final Pattern SERVERS_OWN = Pattern.compile("Answer|Body|Inner|AllOf|OneOf");
  private static final Path CLIENTS = Path.of("target/clients");

  private static final Set<String> MODELS =
      Set.of(
          ("AllowedSenders AuditEntry AuditPage Caller Check Checked DayOfUsage Fault"
                  + " FirstIpAuthentication IpAuthentication IpAuthenticationPage IpRestrictions"
                  + " Message MessageEvent MessagePage NewSmtpUser NominatedIp Password"
                  + " PendingIpAuthentication Problem SmtpUser SmtpUserIpAuthentication"
                  + " SmtpUserLastSeen SmtpUserPage SmtpUserPatch Usage")
              .split(" "));

  private static final List<String> OPERATIONS =
      List.of(
          "Account: getCaller listAccountAudit",
          "Description: getDescription",
          "IpAuthentications: getIpAuthentication listIpAuthentications nominateIpAddress"
              + " releaseIpAddress",
          "Messages: check dropMessage getMessage getUsage listMessages",
          "ProofOfControl: getProofPage proveControl",
          "SmtpUsers: allowSenders changePassword createSmtpUser deleteSmtpUser getSmtpUser"
              + " listAudit listSmtpUsers patchSmtpUser restrictIpAddresses");

  @Test
  void javasTypesAndOperationsHaveTheApisNames() throws IOException {
    List<Path> client = generated("java", "src/client/");
    Set<String> classes = names(client);
    assertEquals(Set.of(), without(MODELS, classes), "models that are missing");
    assertEquals(
        Set.of(),
        classes.stream()
            .filter(name -> SERVERS_OWN.matcher(name).find())
            .collect(Collectors.toSet()),
        "names that say how the server is made");
    assertEquals(
        OPERATIONS,
        operations(client, "(?m)^  public [\\w<>]+ ([a-z]\\w*)\\(.*throws ApiException"));
  }

  @Test
  void typeScriptsTypesAndOperationsHaveTheApisNames() throws IOException {
    Set<String> models = names(generated("typescript", "models/"));
    models.remove("index");
    assertEquals(new TreeSet<>(MODELS), models);
    assertEquals(
        OPERATIONS, operations(generated("typescript", "apis/"), "(?m)^    async (\\w+)\\("));
  }

  /** What was made last; of an earlier description, more may be there. */
  private static List<Path> generated(String client, String folder) throws IOException {
    Path root = CLIENTS.resolve(client);
    return Files.readAllLines(root.resolve(".openapi-generator/FILES")).stream()
        .filter(file -> file.startsWith(folder))
        .map(root::resolve)
        .toList();
  }

  private static Set<String> without(Set<String> some, Set<String> others) {
    var left = new TreeSet<>(some);
    left.removeAll(others);
    return left;
  }

  private static Set<String> names(List<Path> files) {
    return files.stream()
        .map(GeneratedClientsTest::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.\\w+$", "");
  }

  /** Of each tag, in the order of their names; generators make two or three methods of each. */
  private static List<String> operations(List<Path> files, String operation) throws IOException {
    Pattern method = Pattern.compile(operation);
    var operations = new TreeSet<String>();
    for (Path each : files) {
      if (name(each).endsWith("Api")) {
        String names =
            method
                .matcher(Files.readString(each))
                .results()
                .map(found -> found.group(1))
                .filter(name -> !name.endsWith("Raw") && !name.endsWith("WithHttpInfo"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        operations.add(words(name(each).replaceFirst("Api$", "")) + ": " + names);
      }
    }
    return List.copyOf(operations);
  }

  /** TypeScript's generator keeps capitals: SMTPUsers. */
  private static String words(String tag) {
    return tag.replace("SMTP", "Smtp").replace("IPA", "IpA");
  }
}

package dev.ipauth.functions.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.embedded.EmbeddedTables;
import dev.ipauth.embedded.protocol.ProtocolServer;
import dev.ipauth.functions.campaign.Operation.Done;
import dev.ipauth.functions.campaign.Operation.Held;
import dev.ipauth.functions.campaign.Operation.Missing;
import dev.ipauth.functions.campaign.Operation.NotThere;
import dev.ipauth.functions.campaign.Operation.Outcome;
import dev.ipauth.functions.campaign.Operation.Prove;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/**
 * Every promise is kept in spite of everything. A few thousand operations by default, with another
 * seed each time; {@code -Pcampaign} has 10,000 addresses.
 */
class CampaignTest {
  @Test
  void everyPromiseIsKept() {
    run(Plan.fromProperties(new Plan(seed(), 64, 160, 2000, 20)));
  }

  /**
   * Most nominate from elsewhere then, and links are used in time, too late, twice, from other
   * addresses, and after they were taken back; days pass.
   */
  @Test
  void everyPromiseIsKeptWhereControlIsProven() {
    run(withProof());
  }

  /** A single campaign may lack one of them; these two have each dozens of times. */
  @Test
  void linksMeetEverythingThatTheyCan() {
    List<Outcome> proofs =
        Stream.of(1, 2)
            .map(seed -> run(claimedByFew(seed).withProof()))
            .flatMap(CampaignTest::proofs)
            .toList();

    for (Outcome rare : List.of(new Missing(), new NotThere())) {
      assertTrue(proofs.contains(rare), () -> rare + " never");
    }
    assertTrue(proofs.stream().anyMatch(Held.class::isInstance), "never held by another");
    long made = proofs.stream().filter(Done.class::isInstance).count();
    assertTrue(made > 15, () -> "Of all proofs only " + made + " were made");
  }

  private static Stream<Outcome> proofs(Campaign.Report report) {
    return report.operations().stream()
        .filter(operation -> operation.action() instanceof Prove)
        .map(Operation::outcome);
  }

  /** Over DynamoDB's protocol, so that everything that can go wrong on the way can there too. */
  @Test
  void everyPromiseIsKeptOnEmbeddedTables() throws IOException {
    try (EmbeddedTables tables = EmbeddedTables.inMemory();
        ProtocolServer server = ProtocolServer.start(tables.client(), 0)) {
      URI endpoint = URI.create("http://127.0.0.1:" + server.port());
      Register.haveTablesIn(new Register.Place(tables.client(), () -> builder(endpoint)));
      run(Plan.fromProperties(new Plan(seed(), 64, 160, 2000, 20)));
      run(withProof());
    } finally {
      Register.haveTablesIn(null);
    }
  }

  private static DynamoDbClientBuilder builder(URI endpoint) {
    return DynamoDbClient.builder()
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .endpointOverride(endpoint);
  }

  private static Plan withProof() {
    return Plan.fromProperties(claimedByFew(seed())).withProof();
  }

  private static Plan claimedByFew(int seed) {
    return new Plan(seed, 16, 200, 2000, 20);
  }

  private static int seed() {
    return ThreadLocalRandom.current().nextInt(1_000_000);
  }

  private static Campaign.Report run(Plan plan) {
    System.out.println("Campaign " + plan.replay());

    Campaign.Report report = Campaign.run(plan);

    System.out.println("Campaign: " + report);
    assertEquals(List.of(), report.violations(), plan.replay());
    assertEquals(plan.operations(), report.operations().size());
    // Each kind some times in a long campaign; in a short one the rare ones may not come.
    int least = plan.operations() / 20_000;
    report.faults().forEach((fault, count) -> assertTrue(count >= least, fault.toString()));
    assertTrue(report.faulty() * 50 > plan.operations(), "The weather was good");
    return report;
  }

  /** Each account has six users to make and may have four of them. */
  @Test
  void noAccountHasMoreUsersThanItMay() {
    Plan plan = new Plan(seed(), 32, 16, 400, 20).withMaxSmtpUsers(4);

    Campaign.Report report = Campaign.run(plan);

    assertEquals(List.of(), report.violations(), plan.replay());
    assertTrue(
        report.operations().stream().anyMatch(o -> o.outcome() instanceof Operation.Full),
        "The limit was never met: " + plan.replay());
  }
}

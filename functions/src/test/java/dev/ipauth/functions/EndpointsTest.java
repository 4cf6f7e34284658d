package dev.ipauth.functions;

import static dev.ipauth.functions.CloudFormation.asList;
import static dev.ipauth.functions.CloudFormation.asMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * From the relay's network DynamoDB and S3 are what the relay may do there: an endpoint that
 * refuses is found when mail isn't taken, and one that allows more helps nobody but an intruder.
 */
class EndpointsTest {
  /** An image's layers, from a bucket that is its registry's affair. */
  private static final String LAYERS = "s3:GetObject on *";

  @Test
  void theWayIsOpenForWhatTheRelayMayDoAndForItsImage() throws IOException {
    Set<String> allowed = rights("infra/relay.yaml");
    assertTrue(allowed.remove("s3:GetObject on QueueBucket/texts/*"), allowed::toString);
    allowed.add(LAYERS);

    assertEquals(
        String.join("\n", allowed), String.join("\n", new TreeSet<>(rights("infra/network.yaml"))));
  }

  @Test
  void nothingOfThePrivateSubnetsPassesTheirGatewaysOnTheWayToEither() throws IOException {
    Map<String, Object> resources = CloudFormation.read("infra/network.yaml").map("Resources");
    for (String endpoint : List.of("ToDynamoDb", "ToS3")) {
      Object tables = asMap(asMap(resources.get(endpoint)).get("Properties")).get("RouteTableIds");
      List<?> condition = asList(asMap(tables).get("If"));
      assertEquals(routeTables(resources), refs(asList(condition.get(1))), endpoint);
      assertEquals(Set.of("PublicRoutes"), refs(asList(condition.get(2))), endpoint);
    }
  }

  private static Set<String> routeTables(Map<String, Object> resources) {
    Set<String> names = new TreeSet<>(resources.keySet());
    names.removeIf(name -> !"AWS::EC2::RouteTable".equals(asMap(resources.get(name)).get("Type")));
    return names;
  }

  private static Set<String> refs(List<?> list) {
    Set<String> refs = new TreeSet<>();
    list.forEach(each -> refs.add(String.valueOf(asMap(each).get("Ref"))));
    return refs;
  }

  /** Each action and what it is allowed on, wherever a statement stands. */
  private static Set<String> rights(String template) throws IOException {
    Set<String> rights = new TreeSet<>();
    CloudFormation.read(template)
        .statements()
        .forEach(
            statement -> {
              for (Object action : asList(statement.get("Action"))) {
                if (action.toString().startsWith("dynamodb:")
                    || action.toString().startsWith("s3:")) {
                  asList(statement.get("Resource")).forEach(on -> rights.add(right(action, on)));
                }
              }
            });
    return rights;
  }

  private static String right(Object action, Object resource) {
    Object named =
        resource instanceof Map<?, ?> function ? function.values().iterator().next() : resource;
    String on =
        named
            .toString()
            .replaceFirst("^\\$\\{TablesArn}", "")
            .replaceFirst("^(?:\\$\\{)?(\\w+)Arn}?", "$1");
    return action + " on " + on;
  }
}

package dev.ipauth.functions;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestFactory;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The contract once more, on LocalStack's DynamoDB: {@code mvn -Plocalstack -pl functions -am
 * test}. Without Docker it is skipped.
 */
@Testcontainers(disabledWithoutDocker = true)
class LocalStackTest {
  @Container
  private static final LocalStackContainer LOCALSTACK =
      new LocalStackContainer(DockerImageName.parse("localstack/localstack:4.14.0"))
          .withServices("dynamodb");

  @BeforeAll
  static void use() {
    Platform.haveTablesIn(
        DynamoDbClient.builder()
            .endpointOverride(LOCALSTACK.getEndpoint())
            .region(Region.of(LOCALSTACK.getRegion()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        LOCALSTACK.getAccessKey(), LOCALSTACK.getSecretKey())))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build());
  }

  @AfterAll
  static void leave() {
    Platform.haveTablesIn(null);
  }

  @TestFactory
  List<DynamicTest> examples() throws IOException {
    return new ExamplesTest().examples();
  }

  @Nested
  class Tenancy extends TenancyTest {}

  @Nested
  class ClaimRaces extends ClaimRaceTest {}

  @Nested
  class Limits extends LimitsTest {}
}

# Apache Kafka for tests: `make test-kafka` starts a broker, runs the connector's tests and kcat against it, and stops it.
# It installs a Java runtime, Maven and kcat with apt if they are missing, and fetches Kafka from Maven Central once.

KAFKA := .ci/kafka/kafka.sh

.PHONY: kafka-start kafka-stop test-kafka

kafka-start: ## start Apache Kafka on a free port and print its address
	@$(KAFKA) start

kafka-stop: ## stop it and remove its data
	@$(KAFKA) stop

test-kafka: ## run the Kafka tests against Apache Kafka and kcat
	@$(KAFKA) kcat
	@brokers=$$($(KAFKA) start) || exit 1; trap '$(KAFKA) stop' EXIT INT TERM; \
	VELOC_KAFKA_BROKERS=$$brokers go test -count=1 -tags realkafka ./runtime/kafka/... && \
	VELOC_KAFKA_BROKERS=$$brokers go test -count=1 -tags realkafka -run TestRealKafka ./golden/kafka

"""What an administrator keeps: staff, queues, services, departments, wrap-up codes and segments."""

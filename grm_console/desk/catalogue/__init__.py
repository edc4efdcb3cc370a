"""What an administrator keeps: staff, queues, opening hours, services, departments, wrap-up codes and the like."""

-- Who has this name and postal code, as a world sees its customers.
SELECT to_json(a.user_id)::text
FROM retail_customer a
WHERE a.zip = %(zip)s
  AND lower(a.first_name) = lower(%(first_name)s)
  AND lower(a.last_name) = lower(%(last_name)s)
  AND (a.world = %(own)s OR a.world = %(base)s AND NOT EXISTS (
    SELECT FROM retail_customer b WHERE b.user_id = a.user_id AND b.world = %(own)s
  ))
ORDER BY a.id
LIMIT 1

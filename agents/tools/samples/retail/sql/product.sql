-- One product with its variants as a document.
SELECT json_build_object(
  'product_id', a.product_id,
  'name', a.name,
  'variants', (
    SELECT coalesce(json_object_agg(item_id, json_build_object(
      'item_id', item_id, 'options', options, 'available', is_available, 'price', price
    ) ORDER BY id), '{}')
    FROM retail_variant WHERE product_id = a.id
  )
)::text
FROM retail_product a
WHERE a.product_id = %(product_id)s AND a.world = %(base)s
